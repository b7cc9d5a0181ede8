import { isAslError } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { LabelValues } from '../../src/decode/label-values.ts';
import { type LabelReadingInputs, labelReading } from '../../src/values/label-reading.ts';
import { configOptionNames, LABEL_ARGUMENTS, PREDICTION_ARGUMENTS } from '../../src/values/option-names.ts';
import { PRESETS } from '../../src/values/presets/index.ts';
import { readClasses } from '../../src/values/read-classes.ts';

const names = LABEL_ARGUMENTS;
const reading = (inputs: Partial<LabelReadingInputs>) =>
  labelReading({ baseDir: '.', names, where: '--map', ...inputs });

function label(values: readonly number[], width = values.length): LabelValues {
  return {
    height: values.length / width,
    width,
    slices: 1,
    channels: 1,
    data: Int32Array.from(values),
    kind: 'grey PNG, 8 bits',
  };
}

function colored(colors: readonly (readonly number[])[]): LabelValues {
  return {
    height: 1,
    width: colors.length,
    slices: 1,
    channels: 3,
    data: Uint8Array.from(colors.flat()),
    kind: 'RGB PNG',
  };
}

/** The error as a person sees it. */
async function refusal(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    if (isAslError(error)) return error.format();
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('values become classes', () => {
  test('as they are, without a map', async () => {
    expect([...readClasses(label([0, 2, 1]), await reading({ classes: 3 }), 'a.png')]).toEqual([0, 2, 1]);
  });

  test.each([
    ['voc', [0, 20, 255], [0, 20, 255]],
    ['cityscapes', [7, 8, 33, 0, 6, -1, 255], [0, 1, 18, 255, 255, 255, 255]],
    ['cityscapes-train-ids', [0, 18, 255], [0, 18, 255]],
    ['ade20k', [0, 1, 150], [255, 0, 149]],
    ['coco-stuff', [0, 10, 12, 181, 255], [0, 10, 11, 170, 255]],
    ['binary', [0, 255], [0, 1]],
    ['binary-jpeg', [0, 3, 252, 255], [0, 0, 1, 1]],
  ])('by the preset %s', async (map, values, classes) => {
    expect([...readClasses(label(values), await reading({ labels: { map } }), 'a.png')]).toEqual(classes);
  });

  test('the presets have the classes that are published', () => {
    const counts = Object.fromEntries(Object.entries(PRESETS).map(([name, { classes }]) => [name, classes?.length]));
    expect(counts).toEqual({
      voc: 21,
      cityscapes: 19,
      'cityscapes-train-ids': 19,
      ade20k: 150,
      'coco-stuff': 171,
      binary: 2,
      'binary-jpeg': 2,
      'one-based': undefined,
    });
    for (const { classes, targets } of Object.values(PRESETS)) {
      const count = classes?.length ?? 7;
      const reached = new Set([...targets(count).values()].filter((target) => target !== 255));
      expect([...reached].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index));
      expect(new Set(classes ?? []).size).toBe(classes?.length ?? 0);
    }
  });

  test('counting from 1 and leaving 0 out', async () => {
    const oneBased = await reading({ classes: 7, labels: { map: 'one-based' } });
    expect([...readClasses(label([0, 1, 7]), oneBased, 'a.png')]).toEqual([255, 0, 6]);
  });

  test('by a map of values to indices, names and "ignore"', async () => {
    const map = { '10': 0, '20': 'road', '-5': 'ignore', '70000': 1 };
    const own = await reading({ classes: ['sky', 'road'], labels: { map, ignore: [9] } });
    expect([...readClasses(label([10, 20, -5, 70000, 9]), own, 'a.png')]).toEqual([0, 1, 255, 1, 255]);
  });

  test('colours by their table, ignored ones by colour or by name', async () => {
    const colors = { sky: [0, 0, 255] as const, road: [9, 9, 9] as const, void: [0, 0, 0] as const };
    const own = await reading({ classes: ['road', 'sky'], labels: { colors, ignore: ['void', '#ffffff'] } });
    const pixels = [
      [0, 0, 255],
      [9, 9, 9],
      [0, 0, 0],
      [255, 255, 255],
    ];
    expect([...readClasses(colored(pixels), own, 'a.png')]).toEqual([1, 0, 255, 255]);
  });

  test("the colours of a config's pictures are a table too, in the order of the classes", async () => {
    const own = await reading({
      classes: 2,
      colors: [
        [0, 0, 0],
        [128, 0, 0],
      ],
    });
    expect([
      ...readClasses(
        colored([
          [128, 0, 0],
          [0, 0, 0],
        ]),
        own,
        'a.png',
      ),
    ]).toEqual([1, 0]);
  });

  test("a palette is read by its index; by its colours where the labels' own options give them", async () => {
    const palette = Uint8Array.from([128, 0, 0, 0, 0, 0]);
    const file = { ...label([0, 1]), palette };
    const table = [
      [0, 0, 0],
      [128, 0, 0],
    ] as const;
    const byIndex = await reading({ classes: 2 });
    expect([...readClasses(file, byIndex, 'a.png')]).toEqual([0, 1]);
    const others = await reading({
      classes: 2,
      colors: [
        [9, 9, 9],
        [7, 7, 7],
      ],
    });
    expect([...readClasses(file, others, 'a.png')]).toEqual([0, 1]);
    const either = await reading({ classes: 2, colors: table });
    expect(await refusal(() => readClasses(file, either, 'a.png'))).toMatch(
      /by its value "class 0", by its colour "class 1"/,
    );
    const byColor = await reading({ classes: 2, labels: { colors: table } });
    expect([...readClasses(file, byColor, 'a.png')]).toEqual([1, 0]);
  });

  test('grey that was saved as RGB is read by its values, unless the colours say something else', async () => {
    const grey = (...values: number[]) => ({ ...label(values), data: Uint8Array.from(values), rgb: true as const });
    const colors = [
      [128, 0, 0],
      [0, 0, 0],
    ] as const;
    const pictures = await reading({ classes: 2, colors });
    expect([...readClasses(grey(1, 1, 0), pictures, 'a.png')]).toEqual([1, 1, 0]);
    // All black: the first class by its value, the second by its colour.
    expect(await refusal(() => readClasses(grey(0, 0), pictures, 'a.png'))).toContain('says one thing by its values');
    const drawn = await reading({ classes: 2, labels: { colors } });
    expect([...readClasses(grey(0, 0), drawn, 'a.png')]).toEqual([1, 1]);
  });

  test.prop([
    fc.array(fc.integer({ min: -3, max: 300 }), { minLength: 1, maxLength: 40 }),
    fc.integer({ min: 1, max: 255 }),
    fc.uniqueArray(fc.integer({ min: -3, max: 300 }), { maxLength: 4 }),
  ])(
    'every pixel is its class, ignored, or the reason of a refusal that counts it',
    async (values, classes, ignore) => {
      const ignored = ignore.filter((value) => value < 0 || value >= classes);
      const own = await reading({ classes, labels: { ignore: ignored } });
      const unknown = values.filter((value) => (value < 0 || value >= classes) && !ignored.includes(value));
      if (unknown.length === 0) {
        expect([...readClasses(label(values), own, 'a.png')]).toEqual(
          values.map((value) => (ignored.includes(value) ? 255 : value)),
        );
      } else {
        const text = await refusal(() => readClasses(label(values), own, 'dir/a.png'));
        const [first] = unknown;
        expect(text).toContain('dir/a.png');
        expect(text).toContain(`${first} first at row 0, column ${values.indexOf(first as number)}`);
        if (new Set(unknown).size <= 8) {
          for (const value of new Set(unknown)) {
            expect(text).toContain(`${value} at ${unknown.filter((other) => other === value).length}`);
          }
        }
      }
    },
  );
});

describe('what values that fit nothing may mean', () => {
  const remedyOf = async (values: readonly number[], inputs: Partial<LabelReadingInputs>) => {
    const own = await reading(inputs);
    const text = await refusal(() => readClasses(label(values), own, 'a.png'));
    return text.slice(text.indexOf('remedy:'));
  };

  test('a mask of 0 and 255 is named, and that ignoring 255 scores nothing else', async () => {
    const remedy = await remedyOf([0, 255, 0], { classes: 2 });
    expect(remedy).toContain('binary mask');
    expect(remedy).toContain('--map binary');
    expect(remedy).toMatch(/--ignore=255; where all labels are like this one, nothing but class 0 would be scored/);
  });

  test.each([
    ['a mask saved as JPEG', [0, 1, 2, 254, 255], { classes: 2 }, '--map binary-jpeg'],
    ['0 and 1 under the map of masks', [0, 1, 1], { labels: { map: 'binary' } }, 'leave the map out'],
    ['outlines of VOC', [0, 3, 15, 255], { classes: 21 }, '--ignore=255'],
    ['a negative void value', [0, 3, -1], { classes: 4 }, '--ignore=-1'],
    ["Cityscapes' ids", [7, 26, 33, 3], { classes: 19 }, '--map cityscapes'],
    ["ADE20K's zero", [0, 4, 150], { classes: 150 }, '--map ade20k'],
    ['classes from 1', [0, 4, 7], { classes: 7 }, '--map one-based'],
    [
      'classes from 1 and a void value',
      [0, 4, 7, 255],
      { classes: 7 },
      '--map one-based: 0 is ignored, 7 becomes 6, with --ignore=255',
    ],
    ["COCO-Stuff's gaps", [0, 99, 181, 255], { classes: 171 }, '--map coco-stuff'],
    ['indices spread over grey levels', [0, 127, 255], { classes: 3 }, `--map '{"0":0,"127":1,"255":2}'`],
    ['numbers of objects', [0, 24001, 26003], { classes: 19 }, 'number the objects'],
    ['a class too many', [0, 1, 9], { classes: 3 }, 'raise --classes'],
  ])('%s', async (_, values, inputs, expected) => {
    expect(await remedyOf(values, inputs)).toContain(expected);
  });

  test('train ids under the map of label ids', async () => {
    const own = await reading({ labels: { map: 'cityscapes' } });
    const text = await refusal(() => readClasses(label([7]), own, 'x_gtFine_labelTrainIds.png'));
    expect(text).toContain('--map cityscapes-train-ids');
  });

  test('of predictions, all must count', async () => {
    const own = await reading({ classes: 2, names: PREDICTION_ARGUMENTS });
    const text = await refusal(() => readClasses(label([0, 255]), own, 'a.png'));
    expect(text).toContain('a prediction holds a value that is no class');
    expect(text).toContain('--prediction-map binary');
    for (const values of [
      [0, 255],
      [0, 1, 255],
      [0, 7],
      [0, 9, 11],
    ]) {
      expect(await refusal(() => readClasses(label(values), own, 'a.png'))).not.toMatch(/ignore|not count/);
    }
  });

  test('in a config, the options of configs', async () => {
    const own = await reading({ classes: 2, names: configOptionNames('dataset.labels') });
    const text = await refusal(() => readClasses(label([0, 255]), own, 'a.png'));
    expect(text).toContain('dataset.labels.map: "binary"');
    expect(text).toContain('dataset.labels.ignore: 255');
  });

  test('colours without a table are counted; one outside of the table is named with its place', async () => {
    const none = await reading({ classes: 2 });
    expect(
      await refusal(() =>
        readClasses(
          colored([
            [1, 2, 3],
            [1, 2, 3],
            [0, 0, 0],
          ]),
          none,
          'a.png',
        ),
      ),
    ).toMatch(/2 colours: #010203 at 2, #000000 at 1[\s\S]*class_dict\.csv/);
    const own = await reading({
      classes: 2,
      colors: [
        [0, 0, 0],
        [255, 0, 0],
      ],
    });
    expect(
      await refusal(() =>
        readClasses(
          colored([
            [0, 0, 0],
            [1, 2, 3],
          ]),
          own,
          'a.png',
        ),
      ),
    ).toMatch(/#010203 at 1 pixels; #010203 first at row 0, column 1/);
  });
});

describe('options that contradict each other are refused', () => {
  test.each([
    [{ classes: 3, labels: { ignore: 2 } }, 'the value of class "class 2"'],
    [{ classes: 3, labels: { map: 'voc' } }, '21 classes in voc'],
    [{ classes: 3, labels: { map: 'vox' } }, 'one of: voc, cityscapes'],
    [{ classes: 3, labels: { map: { '1': 3 } } }, 'a class index from 0 to 2'],
    [{ classes: 3, labels: { map: { '1': 'sky' } } }, '"sky"'],
    [
      {
        classes: 2,
        labels: {
          colors: [
            [0, 0, 0],
            [0, 0, 0],
          ] as const,
        },
      },
      'two classes have the same colour',
    ],
    [
      {
        classes: 3,
        labels: {
          colors: [
            [0, 0, 0],
            [1, 0, 0],
          ] as const,
        },
      },
      'none for "class 2"',
    ],
    [{ classes: 2, labels: { ignore: '#000000' } }, 'is no label value'],
    [
      {
        classes: 2,
        labels: {
          colors: [
            [0, 0, 0],
            [1, 0, 0],
          ] as const,
          ignore: '#000000',
        },
      },
      'is no label value',
    ],
    [{}, 'the classes are not known'],
  ])('%j', async (inputs, expected) => {
    expect(await refusal(() => reading(inputs))).toContain(expected);
  });
});
