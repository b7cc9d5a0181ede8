import type { TrainingOptions } from '@auto-seg-loss/kernel';

/** What rewards are in, and of which images. */
export function rewardUnit({ images, size: [height, width] }: Pick<TrainingOptions, 'images' | 'size'>): string {
  if (images === 'crops') return 'rewards in percent, on whole images, against their labels as they are';
  return `rewards in percent, at ${height} × ${width} (proxy.size), labels brought to that size`;
}
