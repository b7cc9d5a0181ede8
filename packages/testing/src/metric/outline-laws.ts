import type { Metric } from '@auto-seg-loss/kernel';
import fc from 'fast-check';
import { type Law, law } from '../law/law.ts';
import { demand } from '../law/law-broken.ts';
import type { Album } from '../pictures/picture.ts';
import type { Variant } from '../variants.ts';
import { claiming } from './claim-laws.ts';
import { exactScore, sameValue } from './evaluate.ts';
import { claimsOf, type MetricInput, showMetricInput as show } from './metric-input.ts';
import { removal } from './withdrawal.ts';

/** Pictures that show a larger distance would take too long. */
const LARGEST = 16;

interface Moved {
  readonly variant: Variant<Metric>;
  /** Of the larger one; above 0 more than is tolerated. */
  readonly beyond: number;
  /** Shares of the distance, down and to the right; the larger one is taken as 1. */
  readonly down: number;
  readonly right: number;
}

interface Wrong {
  readonly variant: Variant<Metric>;
  readonly beyond: number;
  readonly row: number;
}

/** What holds of the metrics of outlines whose authors claim a distance. */
export function outlineLaws(variants: readonly Variant<Metric>[]): readonly Law[] {
  const tolerant = claiming(variants, ({ tolerance = LARGEST + 1 }) => tolerance <= LARGEST);
  const reaching = claiming(variants, ({ reach = LARGEST + 1 }) => reach <= LARGEST);
  const beyond = fc.integer({ min: -2, max: 2 });
  const share = fc.integer({ min: -4, max: 4 });
  return [
    law<Moved>({
      name: 'tolerance',
      statement: 'An outline off by as many pixels as are tolerated costs nothing; a pixel more costs.',
      skip: tolerant.skip,
      remedy: ({ variant }) => removal({ tolerance: claimsOf(variant).tolerance ?? 0 }),
      inputs: fc.record({ variant: tolerant.variant, beyond, down: share, right: share }),
      show: (input) => show(movedSquare(input)),
      holds: (input) => {
        const { value } = exactScore(input.variant.product, movedSquare(input).album);
        const { distance, tolerance } = distanceOf(input);
        const tolerated = distance <= tolerance;
        demand(
          tolerated ? sameValue(value, 1) : isBelowOne(value),
          `a square moved by ${distance} pixels is worth ${value}, with ${tolerance} tolerated`,
        );
      },
    }),
    law<Wrong>({
      name: 'reach',
      statement: 'A wrong pixel as far from the outline as the metric reaches costs; one farther off costs nothing.',
      skip: reaching.skip,
      remedy: ({ variant }) => removal({ reach: claimsOf(variant).reach ?? 0 }),
      inputs: fc.record({ variant: reaching.variant, beyond, row: fc.integer({ min: 0, max: 2 }) }),
      show: (input) => show(wrongPixel(input)),
      holds: (input) => {
        const { value } = exactScore(input.variant.product, wrongPixel(input).album);
        const reach = claimsOf(input.variant).reach ?? 0;
        const distance = Math.max(0, reach + input.beyond);
        demand(
          distance > reach ? sameValue(value, 1) : isBelowOne(value),
          `a wrong pixel ${distance} pixels from the outline makes the value ${value}, with a reach of ${reach}`,
        );
      },
    }),
  ];
}

function isBelowOne(value: number | null): boolean {
  return value !== null && value < 1 && !sameValue(value, 1);
}

function distanceOf({ variant, beyond }: Moved): { readonly distance: number; readonly tolerance: number } {
  const tolerance = claimsOf(variant).tolerance ?? 0;
  return { distance: Math.max(0, tolerance + beyond), tolerance };
}

/** A square of class 1, and as prediction the same one moved: far from the border, and too large for its sides to meet. */
function movedSquare(input: Moved): MetricInput {
  const { distance, tolerance } = distanceOf(input);
  const largest = Math.max(Math.abs(input.down), Math.abs(input.right));
  const part = (share: number): number => (largest === 0 ? distance : Math.trunc((distance * share) / largest));
  const [down, right] = [part(input.down), part(input.right)];
  const [margin, square] = [2 * tolerance + 4, 3 * tolerance + 8];
  const side = square + 2 * margin;
  const map = (y: number, x: number): Uint8Array =>
    Uint8Array.from({ length: side * side }, (_, i) => {
      const [row, column] = [Math.floor(i / side) - margin - y, (i % side) - margin - x];
      return row >= 0 && column >= 0 && row < square && column < square ? 1 : 0;
    });
  const picture = { height: side, width: side, label: map(0, 0), prediction: map(down, right) };
  return { variant: input.variant, album: { classes: 2, pictures: [picture] } };
}

/** Class 1 to the right of a straight outline; one pixel of it is predicted as class 0. */
function wrongPixel({ variant, beyond, row }: Wrong): MetricInput {
  const reach = claimsOf(variant).reach ?? 0;
  const [height, first] = [3, reach + 3];
  const width = first + reach + 5;
  const label = Uint8Array.from({ length: height * width }, (_, i) => (i % width >= first ? 1 : 0));
  const prediction = label.with(row * width + first + Math.max(0, reach + beyond), 0);
  const album: Album = { classes: 2, pictures: [{ height, width, label, prediction }] };
  return { variant, album };
}
