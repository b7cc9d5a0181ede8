import type { Loss } from '@auto-seg-loss/ops';
import fc from 'fast-check';
import { albums } from '../pictures/albums.ts';
import type { AlbumOptions } from '../pictures/paint.ts';
import { type Album, isValid } from '../pictures/picture.ts';
import { type Softness, showSoft, softness } from '../tensors/batch.ts';
import { oneOf, showOptions, type Variant } from '../variants.ts';

/** What laws of losses are tried on. */
export interface LossInput {
  readonly variant: Variant<Loss>;
  readonly album: Album;
  readonly soft: Softness;
}

export function lossInputs(
  variants: readonly Variant<Loss>[],
  options: AlbumOptions = {},
  soft: fc.Arbitrary<Softness> = softness,
): fc.Arbitrary<LossInput> {
  return fc.record({ variant: oneOf(variants), album: albums({ oneSize: true, ...options }), soft });
}

export function showLossInput({ variant, album, soft }: LossInput): string {
  return [...showOptions(variant), showSoft(album, soft)].join('\n');
}

/** Whether a pixel of the batch, all pictures one after the other, is ignored. */
export function isIgnored({ pictures }: Album, pixel: number): boolean {
  const size = pictures[0]?.label.length ?? 1;
  return !isValid(pictures[Math.floor(pixel / size)]?.label[pixel % size] ?? 0);
}
