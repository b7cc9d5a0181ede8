import type { Split } from '@auto-seg-loss/kernel';

/**
 * Median frequency balancing (Eigen and Fergus, ICCV 2015; SegNet on CamVid): a class's weight is the median of all classes'
 * frequencies over its own, where a frequency is its pixels over those of the images that have it.
 * @returns one for each class; 0 for one that no image has.
 */
export async function medianFrequencyWeights(split: Split, classes: number): Promise<readonly number[]> {
  const pixels = new Float64Array(classes);
  const present = new Float64Array(classes);
  for (let index = 0; index < split.ids.length; index++) {
    const { label } = await split.read(index);
    const counts = new Float64Array(classes);
    for (const value of label) if (value < classes) counts[value] = (counts[value] as number) + 1;
    const total = counts.reduce((sum, count) => sum + count, 0);
    for (const [index, count] of counts.entries()) {
      pixels[index] = (pixels[index] as number) + count;
      if (count > 0) present[index] = (present[index] as number) + total;
    }
  }
  const frequencies = Array.from(pixels, (count, index) => (count === 0 ? 0 : count / (present[index] as number)));
  const known = frequencies.filter((frequency) => frequency > 0).toSorted((a, b) => a - b);
  const median = ((known[Math.floor((known.length - 1) / 2)] ?? 0) + (known[Math.floor(known.length / 2)] ?? 0)) / 2;
  return frequencies.map((frequency) => (frequency === 0 ? 0 : median / frequency));
}
