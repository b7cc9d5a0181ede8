import { AslError } from '@auto-seg-loss/kernel';
import type sharp from 'sharp';

/**
 * The image library. Loaded on first use: a run whose samples are all cached needs none.
 * @throws AslError ASL_INTERNAL where it cannot be: that is no fault of the file that is read.
 */
export async function loadSharp(): Promise<typeof sharp> {
  try {
    return (await import('sharp')).default;
  } catch (cause) {
    throw new AslError('ASL_INTERNAL', 'the image library cannot be loaded', {
      expected: 'sharp with its binary for this system, as npm installs them',
      received: cause instanceof Error ? cause.message : String(cause),
      remedy: 'install again on this machine, with optional packages: npm ci',
      cause,
    });
  }
}
