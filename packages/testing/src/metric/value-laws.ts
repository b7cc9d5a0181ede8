import { type Metric, Random } from '@auto-seg-loss/kernel';
import fc from 'fast-check';
import { demandSame } from '../law/demand-same.ts';
import { type Law, law } from '../law/law.ts';
import { demand } from '../law/law-broken.ts';
import { albums } from '../pictures/albums.ts';
import { type Album, classesIn, mapPixels, perfect, withoutIgnored } from '../pictures/picture.ts';
import { oneOf, type Variant } from '../variants.ts';
import { claiming } from './claim-laws.ts';
import { exactScore, exactSums, isShare, plainScore, sameValue } from './evaluate.ts';
import { claimsOf, demandSameValue, type MetricInput, showMetricInput as show } from './metric-input.ts';
import { type Flip, flipped } from './rearrange.ts';
import { withdrawal } from './withdrawal.ts';

/** What holds of every metric's values. */
export function valueLaws(variants: readonly Variant<Metric>[]): readonly Law[] {
  const variant = oneOf(variants);
  const inputs = fc.record({ variant, album: albums() });
  const turned = claiming(variants, ({ flips }) => flips !== 'none');
  const several = fc.record({ variant, album: albums({ pictures: [2, 4] }) });
  return [
    law<MetricInput>({
      name: 'range',
      statement: 'The value, and that of each class, lies in [0, 1], or is absent; it is never NaN.',
      inputs,
      show,
      holds: ({ variant: { product }, album }) => {
        const { value, perClass } = exactScore(product, album);
        demandInRange(value, 'the value');
        for (const [c, each] of perClass.entries()) demandInRange(each, `the value of class ${c}`);
      },
    }),
    law<MetricInput>({
      name: 'perfect',
      statement: 'The label itself, as prediction, is worth 1, or nothing counts.',
      inputs,
      show: (input) => show({ ...input, album: perfectOf(input) }),
      holds: (input) => {
        const { value } = exactScore(input.variant.product, perfectOf(input));
        demand(value === null || sameValue(value, 1), `the label itself is worth ${value}`);
      },
    }),
    law<MetricInput>({
      name: 'imperfect',
      statement: 'Class 0 everywhere is worth less than 1 where the label has several classes.',
      inputs: fc.record({ variant, album: albums({ pictures: [1, 1], classes: [2, 5], ignored: false }) }),
      show: (input) => show({ ...input, album: emptyOf(input.album) }),
      holds: ({ variant: { product }, album }) => {
        fc.pre(album.pictures.every(({ label }) => classesIn(label).length > 1));
        const { value } = exactScore(product, emptyOf(album));
        demand(value === null || (value < 1 && !sameValue(value, 1)), 'class 0 everywhere is worth 1');
      },
    }),
    law<MetricInput & { readonly flip: Flip }>({
      name: 'flips',
      statement: 'Pictures upside down, left to right, or with rows and columns exchanged have the same value.',
      skip: turned.skip,
      remedy: ({ variant: each }) =>
        withdrawal(claimsOf(each), { flips: claimsOf(each).flips === 'all' ? 'mirrored' : 'none' }),
      inputs: turned.variant.chain((each) => {
        const all: readonly Flip[] = ['rows', 'columns', 'transposed'];
        const claimed = claimsOf(each).flips === 'all' ? all : all.slice(0, 2);
        return fc.record({ variant: fc.constant(each), album: albums(), flip: fc.constantFrom(...claimed) });
      }),
      show: (input) => `${show(input)}\nflip: ${input.flip}`,
      holds: ({ variant: { product }, album, flip }) =>
        demandSameValue(product, album, flipped(album, flip), `flipped (${flip})`),
    }),
    law<MetricInput & { readonly order: number }>({
      name: 'order',
      statement: 'The order of the pictures changes nothing.',
      inputs: fc.record({ variant, album: albums({ pictures: [2, 4] }), order: fc.nat(100) }),
      show,
      holds: ({ variant: { product }, album, order }) => {
        const pictures = Random.fromSeed(order).shuffle(album.pictures);
        demandSameValue(product, album, { ...album, pictures }, 'in another order');
      },
    }),
    law<MetricInput>({
      name: 'additive',
      statement: 'The sums of a data set are those of its batches together, however it is split.',
      inputs: several,
      show,
      holds: ({ variant: { product }, album }) => {
        const [first, ...rest] = album.pictures;
        const ofPart = (pictures: readonly unknown[]) => exactSums(product, { ...album, pictures } as Album);
        const [a, b] = [ofPart([first]), ofPart(rest)];
        const whole = exactSums(product, album);
        const parts = Object.entries(whole).map(([name, rows]) => {
          const [left = [], right = []] = [a[name], b[name]];
          // Rows of images stand one below the other, others are added up.
          const both =
            rows.length > 1
              ? [...left, ...right]
              : [left[0]?.map((value, c) => value + (right[0]?.[c] ?? Number.NaN)) ?? []];
          return [name, both] as const;
        });
        demandSame(whole, Object.fromEntries(parts), 'sums', ['of the whole', 'of two parts together']);
      },
    }),
    law<MetricInput>({
      name: 'plain-loops',
      statement: 'The evaluator gives what the formula says, read in plain loops.',
      inputs,
      show,
      holds: ({ variant: { product }, album }) => {
        const evaluator = exactScore(product, album);
        const { value, perClass } = plainScore(product, album);
        const numbers = { evaluator, plainLoops: { value, perClass } };
        for (const [c, each] of evaluator.perClass.entries()) {
          const plain = perClass[c] ?? null;
          demand(sameValue(each, plain), `the evaluator gives class ${c} ${each}, plain loops ${plain}`, numbers);
        }
        demand(
          sameValue(evaluator.value, value),
          `the evaluator gives ${evaluator.value}, plain loops ${value}`,
          numbers,
        );
      },
    }),
  ];
}

function demandInRange(value: number | null, what: string): void {
  demand(value === null || isShare(value), `${what} is ${value}, which is not in [0, 1]`);
}

/** Without ignored pixels where what is predicted there counts. */
function perfectOf({ variant, album }: MetricInput): Album {
  return claimsOf(variant).leavesOutIgnored
    ? perfect(album, (prediction) => prediction)
    : perfect(withoutIgnored(album));
}

function emptyOf(album: Album): Album {
  return mapPixels(album, ({ label }) => ({ prediction: 0, label }));
}
