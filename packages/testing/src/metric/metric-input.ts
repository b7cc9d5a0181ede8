import { defaultClaims, type Metric, type MetricClaims } from '@auto-seg-loss/kernel';
import { demand } from '../law/law-broken.ts';
import { drawAlbum } from '../pictures/draw-album.ts';
import type { Album } from '../pictures/picture.ts';
import { showOptions, type Variant } from '../variants.ts';
import { exactScore, sameValue } from './evaluate.ts';

/** What most laws of metrics are tried on. */
export interface MetricInput {
  readonly variant: Variant<Metric>;
  readonly album: Album;
}

export function showMetricInput({ variant, album }: MetricInput): string {
  return [...showOptions(variant), drawAlbum(album)].join('\n');
}

export function claimsOf({ product }: Variant<Metric>): MetricClaims {
  return product.claims ?? defaultClaims;
}

/** @throws LawBroken where a metric's value of two albums differs. @param how what the other album is: "flipped". */
export function demandSameValue(metric: Metric, album: Album, other: Album, how: string): void {
  const [before, after] = [exactScore(metric, album).value, exactScore(metric, other).value];
  demand(sameValue(before, after), `the value is ${before}, and ${after} ${how}`);
}
