import { IGNORE_LABEL, type Metric, type MetricClaims, Random } from '@auto-seg-loss/kernel';
import fc from 'fast-check';
import { type Law, law } from '../law/law.ts';
import { demand } from '../law/law-broken.ts';
import { albums } from '../pictures/albums.ts';
import { type Album, isValid, mapPixels } from '../pictures/picture.ts';
import { oneOf, type Variant } from '../variants.ts';
import { exactScore, isShare, plainScore } from './evaluate.ts';
import { claimsOf, demandSameValue, type MetricInput, showMetricInput as show } from './metric-input.ts';
import { withSharedClasses } from './rearrange.ts';
import { removal, withdrawal } from './withdrawal.ts';

/** A random choice that a law makes. */
interface Seeded extends MetricInput {
  readonly seed: number;
}

/** The variants whose claims are of a kind; a law without any is skipped. */
export function claiming(
  variants: readonly Variant<Metric>[],
  claimed: (claims: MetricClaims) => boolean,
): { readonly variant: fc.Arbitrary<Variant<Metric>>; readonly skip: string | undefined } {
  const those = variants.filter((each) => claimed(claimsOf(each)));
  if (those.length === 0) return { variant: oneOf(variants), skip: 'not claimed' };
  return { variant: oneOf(those), skip: undefined };
}

/** What holds of the metrics whose authors claim it. */
export function claimLaws(variants: readonly Variant<Metric>[]): readonly Law[] {
  const renaming = claiming(variants, (claims) => claims.renaming !== 'none');
  const ignored = claiming(variants, (claims) => claims.leavesOutIgnored);
  const shares = claiming(variants, (claims) => claims.shares);
  const monotone = claiming(variants, (claims) => claims.monotone);
  const symmetric = claiming(variants, (claims) => claims.symmetric);
  const album = albums({ classes: [2, 5] });
  const seed = fc.nat(100);
  return [
    law<Seeded>({
      name: 'renaming',
      statement: 'Renaming classes, in label and prediction alike, changes nothing.',
      skip: renaming.skip,
      remedy: ({ variant }) => withdrawal(claimsOf(variant), { renaming: renamingLeft(variant) }),
      inputs: fc.record({ variant: renaming.variant, album, seed }),
      show: (input) => `${show(input)}\nclasses 0, 1, … become ${newNames(input).join(', ')}`,
      holds: (input) => {
        const names = newNames(input);
        const other = mapPixels(input.album, ({ prediction, label }) => ({
          prediction: names[prediction] as number,
          label: isValid(label) ? (names[label] as number) : label,
        }));
        demandSameValue(input.variant.product, input.album, other, 'with classes renamed');
      },
    }),
    law<Seeded>({
      name: 'ignored',
      statement: 'What is predicted at ignored pixels changes nothing.',
      skip: ignored.skip,
      remedy: ({ variant }) => withdrawal(claimsOf(variant), { leavesOutIgnored: false }),
      inputs: fc.record({ variant: ignored.variant, album, seed }),
      show: (input) => `${show(input)}\nand with other predictions\n${show({ ...input, album: repredicted(input) })}`,
      holds: (input) =>
        demandSameValue(input.variant.product, input.album, repredicted(input), 'with others at ignored pixels'),
    }),
    law<MetricInput>({
      name: 'shares',
      statement: 'Every ratio is a share, of a part in its whole: it lies in [0, 1].',
      skip: shares.skip,
      remedy: ({ variant }) => withdrawal(claimsOf(variant), { shares: false }),
      inputs: fc.record({ variant: shares.variant, album: albums() }),
      show,
      holds: ({ variant: { product }, album: pictures }) => {
        const wrong = plainScore(product, pictures).ratios.find((ratio) => !isShare(ratio));
        demand(wrong === undefined, `a ratio is ${wrong}`);
      },
    }),
    law<Seeded>({
      name: 'monotone',
      statement: 'Correcting a wrong pixel never lowers the value.',
      skip: monotone.skip,
      remedy: () => removal({ monotone: true }),
      inputs: fc.record({ variant: monotone.variant, album, seed }),
      show: (input) => `${show(input)}\nand with a pixel corrected\n${show({ ...input, album: corrected(input) })}`,
      holds: (input) => {
        const [before, after] = [input.album, corrected(input)].map((each) => exactScore(input.variant.product, each));
        // Without background, the last false alarm corrected leaves nothing to average.
        const absent = before?.value === null || after?.value === null;
        const ok = absent || (after?.value ?? -1) >= (before?.value ?? 0) - 1e-12;
        demand(ok, `a better prediction is worth ${after?.value}, after ${before?.value}`);
      },
    }),
    law<MetricInput>({
      name: 'symmetric',
      statement:
        'Exchanging label and prediction changes nothing, where both hold the same classes and no pixel is ignored.',
      skip: symmetric.skip,
      remedy: () => removal({ symmetric: true }),
      inputs: fc.record({
        variant: symmetric.variant,
        album: albums({ classes: [1, 3], ignored: false }).map(withSharedClasses, (value) => value as Album),
      }),
      show,
      holds: ({ variant: { product }, album: pictures }) => {
        const exchanged = mapPixels(pictures, ({ prediction, label }) => ({ prediction: label, label: prediction }));
        demandSameValue(product, pictures, exchanged, 'with label and prediction exchanged');
      },
    }),
  ];
}

/** What of renaming may hold where more than that is refuted. */
function renamingLeft(variant: Variant<Metric>): MetricClaims['renaming'] {
  return claimsOf(variant).renaming === 'all' ? 'foreground' : 'none';
}

/** Of each class; class 0 keeps its name where it is another than the others. */
function newNames({ variant, album: { classes }, seed }: Seeded): readonly number[] {
  const names = Array.from({ length: classes }, (_, c) => c);
  const random = Random.fromSeed(seed);
  return claimsOf(variant).renaming === 'all' ? random.shuffle(names) : [0, ...random.shuffle(names.slice(1))];
}

function repredicted({ album, seed }: Seeded): Album {
  const random = Random.fromSeed(seed);
  return mapPixels(album, ({ prediction, label }) => ({
    label,
    prediction: label === IGNORE_LABEL ? random.integer(0, album.classes - 1) : prediction,
  }));
}

/** One of the wrong pixels is right; the same album where none is wrong. */
function corrected({ album, seed }: Seeded): Album {
  const isWrong = ({ prediction, label }: { prediction: number; label: number }) =>
    isValid(label) && prediction !== label;
  let wrong = 0;
  mapPixels(album, (pixel) => {
    if (isWrong(pixel)) wrong += 1;
    return pixel;
  });
  let left = wrong === 0 ? -1 : seed % wrong;
  return mapPixels(album, (pixel) => {
    if (!isWrong(pixel)) return pixel;
    left -= 1;
    return left === -1 ? { prediction: pixel.label, label: pixel.label } : pixel;
  });
}
