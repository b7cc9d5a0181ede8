import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { type BackboneName, recognizeBackbone, type StateDict, takeBackbone } from '../src/index.ts';

type Shapes = Readonly<Record<string, readonly number[]>>;

// What torchvision, timm, mmseg and the package of EfficientNet-Lite0 say themselves: golden/make-names.py.
const golden = JSON.parse(
  gunzipSync(readFileSync(new URL('golden/names.json.gz', import.meta.url))).toString(),
) as Readonly<Record<string, Shapes>>;
const known = Object.keys(golden).filter((key) => !key.startsWith('none'));

/** Tensors of these shapes; their numbers are not looked at. */
function stateDictOf(shapes: Shapes, renamed: (name: string) => string = (name) => name): StateDict {
  return new Map(
    Object.entries(shapes).map(([name, shape]) => [
      renamed(name),
      { dtype: 'float32', shape, data: new Float32Array(0) },
    ]),
  );
}

/** "resnet50 mmseg deep": the backbone, the naming that it is known by, and which stem. */
function meaningOf(key: string): {
  readonly backbone: BackboneName;
  readonly naming: string;
  readonly deepStem: boolean;
} {
  const [backbone = '', naming = '', more] = key.split(' ');
  return { backbone: backbone as BackboneName, naming, deepStem: more === 'deep' };
}

const shapesOf = (key: string): Shapes => golden[key] ?? {};

describe.each(known)('%s', (key) => {
  const { backbone, naming, deepStem } = meaningOf(key);
  const isBackbones = (name: string) =>
    !/num_batches_tracked|^_?fc\.|^classifier\.|^(_?conv_head|_bn1|bn2|features\.18)\./.test(name);

  test('is recognized by its names and shapes', () => {
    expect(recognizeBackbone(stateDictOf(shapesOf(key)))?.report).toMatchObject({
      backbone,
      naming,
      deepStem,
      prefix: '',
    });
  });

  test('is taken whole; left over are its classifier and its counters', () => {
    const { stateDict, report } = takeBackbone(stateDictOf(shapesOf(key)), { backbone, deepStem }, 'file');
    expect(report.taken).toEqual(expect.arrayContaining(Object.keys(shapesOf(key)).filter(isBackbones)));
    expect(stateDict.size).toBe(report.taken.length);
    expect(report).toMatchObject({ missing: [], mismatched: [] });
    expect(report.leftOver.map(({ name }) => name)).toEqual(
      Object.keys(shapesOf(key)).filter((name) => !isBackbones(name)),
    );
    expect(new Set(report.leftOver.map(({ kind }) => kind))).not.toContain('unknown');
  });

  test.prop([fc.constantFrom('backbone.', 'encoder.', 'model.backbone.', 'a.b.c.')], { numRuns: 4 })(
    'is found after any prefix, beside the heads of a segmentation network',
    (prefix) => {
      const heads = stateDictOf({
        'decode_head.conv_seg.weight': [21, 512, 1, 1],
        'aux_classifier.0.weight': [256, 1024, 3, 3],
      });
      const whole = new Map([...stateDictOf(shapesOf(key), (name) => prefix + name), ...heads]);
      const { report } = takeBackbone(whole, { backbone, deepStem }, 'file');
      expect(report).toMatchObject({ prefix, missing: [], mismatched: [] });
      expect(report.leftOver.filter(({ kind }) => kind === 'head')).toHaveLength(2);
    },
  );

  test.prop([fc.nat()], { numRuns: 10 })(
    'is refused without one of its tensors, or with one of another shape',
    (index) => {
      const names = Object.keys(shapesOf(key)).filter(isBackbones);
      const name = names[index % names.length] ?? '';
      const whole = new Map(stateDictOf(shapesOf(key)));
      whole.set(name, { dtype: 'float32', shape: [7], data: new Float32Array(7) });
      const take = () => takeBackbone(whole, { backbone, deepStem }, 'weights.pth');
      expect(take).toThrow(expect.objectContaining({ code: 'ASL_WEIGHTS_MISMATCH' }));
      expect(take).toThrow(
        expect.objectContaining({ details: expect.objectContaining({ received: expect.stringContaining(name) }) }),
      );
      whole.delete(name);
      expect(take).toThrow(
        expect.objectContaining({
          details: expect.objectContaining({ received: expect.stringContaining('1 are missing') }),
        }),
      );
    },
  );
});

describe('the backbone’s own names', () => {
  const namesOf = (key: string) => {
    const { backbone, deepStem } = meaningOf(key);
    return [...takeBackbone(stateDictOf(shapesOf(key)), { backbone, deepStem }, 'file').stateDict].map(
      ([name, { shape }]) => [name, shape],
    );
  };

  test.each([
    ['mobilenet-v2 timm', 'mobilenet-v2 torchvision'],
    ['mobilenet-v2 mmseg', 'mobilenet-v2 torchvision'],
    ['efficientnet-lite0 timm', 'efficientnet-lite0 original'],
    ['resnet50 mmseg deep', 'resnet50 timm deep'],
    ['resnet101 mmseg deep', 'resnet101 timm deep'],
  ])('are the same for %s and %s', (one, other) => {
    expect(namesOf(one)).toEqual(namesOf(other));
    const own = shapesOf(other);
    for (const [name, shape] of namesOf(one)) expect(own[String(name)]).toEqual(shape);
  });
});

describe('weights of another backbone', () => {
  test.each([
    ['resnet50 torchvision', 'resnet101', false, 'looks like resnet50:'],
    ['resnet101 torchvision', 'resnet50', false, 'looks like resnet101:'],
    ['resnet18 torchvision', 'resnet34', false, 'looks like resnet18:'],
    ['resnet50 mmseg deep', 'resnet50', false, 'looks like resnet50 with a deep stem:'],
    ['resnet50 torchvision', 'resnet50', true, 'looks like resnet50:'],
    ['mobilenet-v2 timm', 'efficientnet-lite0', false, 'looks like mobilenet-v2:'],
    ['efficientnet-lite0 original', 'mobilenet-v2', false, 'looks like efficientnet-lite0:'],
  ] as const)('%s for %s (deep stem %s) says what it looks like', (key, backbone, deepStem, what) => {
    const take = () => takeBackbone(stateDictOf(shapesOf(key)), { backbone, deepStem }, 'weights.pth');
    expect(take).toThrow(
      expect.objectContaining({
        code: 'ASL_WEIGHTS_MISMATCH',
        details: expect.objectContaining({ where: 'weights.pth', received: expect.stringContaining(what) }),
      }),
    );
  });

  test('that is not known is none of them', () => {
    expect(recognizeBackbone(stateDictOf(shapesOf('none vit_tiny_patch16_224')))).toBeUndefined();
    expect(recognizeBackbone(new Map())).toBeUndefined();
  });

  test('that is nearly one of them is not taken for it', () => {
    const other = stateDictOf(shapesOf('none resnet50d'));
    expect(recognizeBackbone(other)?.report.mismatched.length).toBeGreaterThan(0);
    expect(() => takeBackbone(other, { backbone: 'resnet50', deepStem: true }, 'x')).toThrow('not those of resnet50');
  });

  test.each(['layer3.23.conv1.weight', 'layer1.0.se.fc1.weight'])('that has all of one, and %s, is another', (more) => {
    const whole = new Map(stateDictOf(shapesOf('resnet101 torchvision')));
    whole.set(more, { dtype: 'float32', shape: [1], data: new Float32Array(1) });
    expect(() => takeBackbone(whole, { backbone: 'resnet101' }, 'x')).toThrow(
      expect.objectContaining({
        code: 'ASL_WEIGHTS_MISMATCH',
        details: expect.objectContaining({ received: expect.stringContaining(more) }),
      }),
    );
  });

  test('a deep stem is a ResNet’s', () => {
    expect(() => takeBackbone(new Map(), { backbone: 'mobilenet-v2', deepStem: true }, 'x')).toThrow('no deep stem');
  });
});
