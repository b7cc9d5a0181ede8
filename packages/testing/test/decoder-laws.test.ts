import { type Decoder, definePlugin, mostProbable, type Plugin, type PluginKind } from '@auto-seg-loss/kernel';
import { lawsOf } from '@auto-seg-loss/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

/** What each law of decoders finds out. */
function pluginOf(decode: Decoder['decode'], needsProbabilities = true): Plugin<PluginKind> {
  return definePlugin({
    kind: 'decoder',
    name: 'faulty',
    summary: 'for a test',
    options: z.strictObject({}),
    create: (): Decoder => ({ name: 'faulty', needsProbabilities, decode }),
  }) as unknown as Plugin<PluginKind>;
}

const sound = mostProbable.decode;
let images = 0;

const faults: readonly (readonly [law: string, fault: string, decode: Decoder['decode'], needs?: boolean])[] = [
  ['classes', 'a column too few', (p, image) => sound(p, image).subarray(image.height)],
  ['classes', 'classes counted from 1', (p, image) => sound(p, image).map((c) => c + 1)],
  [
    'pure',
    'probabilities that are written over',
    (p, image) => {
      const made = sound(p, image);
      p.fill(0);
      return made;
    },
  ],
  ['pure', 'another class every other time', (p, image) => sound(p, image).fill(images++ % image.classes)],
  [
    'rearranged',
    'the class of the first pixel',
    (p, image) => sound(p, image).map((_c, _pixel, all) => all[0] as number),
  ],
  ['rearranged', 'rows upside down', (p, image) => sound(p, image).reverse()],
  [
    'one-hot',
    'the least probable class',
    (p, image) =>
      sound(
        p.map((one) => 1 - one),
        image,
      ),
  ],
  [
    'equal',
    'the class of a pixel by its place',
    (p, image) => sound(p, image).map((_c, pixel) => pixel % image.classes),
  ],
  ['most-probable', 'of equal ones the highest', (p, image) => lastOfBest(p, image), false],
];

function lastOfBest(probabilities: Float32Array, image: Parameters<Decoder['decode']>[1]): Uint8Array {
  const { classes, height, width } = image;
  const pixels = height * width;
  return Uint8Array.from({ length: pixels }, (_, pixel) => {
    const own = Array.from({ length: classes }, (_each, c) => probabilities[c * pixels + pixel] as number);
    return own.lastIndexOf(Math.max(...own));
  });
}

describe('laws of decoders', () => {
  const planted = faults.map(([name, fault, decode, needs = true]) => ({ name, fault, decode, needs }));
  test.each(planted)('$name finds $fault', async ({ name, decode, needs }) => {
    const found = await lawsOf(pluginOf(decode, needs));
    const law = 'laws' in found ? found.laws.find((each) => each.name === name) : undefined;
    expect(await law?.check({ seed: 1 })).toMatchObject({ law: name, status: 'broken' });
  });

  test('the most probable class keeps all of them', async () => {
    const found = await lawsOf(pluginOf(sound, false));
    const laws = 'laws' in found ? found.laws : [];
    expect(laws.map(({ name, skipped }) => [name, skipped])).toEqual(
      ['options', 'classes', 'pure', 'rearranged', 'one-hot', 'equal', 'most-probable'].map((name) => [
        name,
        undefined,
      ]),
    );
    for (const law of laws) await law.assert({ seed: 1 });
  });
});
