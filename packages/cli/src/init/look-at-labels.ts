import { readFile } from 'node:fs/promises';
import { decodeLabel, type LabelValues } from '@auto-seg-loss/images';

/** What label files hold, over those that were looked at. */
export interface LabelContents {
  /** Files looked at. */
  readonly files: number;
  /** Pixels of each value; of colours, by 0xRRGGBB. */
  readonly values: ReadonlyMap<number, number>;
  readonly colors: ReadonlyMap<number, number>;
  /** Files that are volumes. */
  readonly volumes: number;
  /** The median size in pixels. */
  readonly size: readonly [height: number, width: number];
}

/** So many files show what values there are; all of them are read when a training begins. */
const LOOKED_AT = 200;

/**
 * Reads label files, evenly spread over all of them, as they are.
 * @throws AslError ASL_DATA_INVALID for a file that cannot be read.
 */
export async function lookAtLabels(files: readonly string[]): Promise<LabelContents> {
  const step = Math.max(1, files.length / LOOKED_AT);
  const chosen = Array.from(
    { length: Math.min(files.length, LOOKED_AT) },
    (_, index) => files[Math.floor(index * step)],
  );
  const values = new Map<number, number>();
  const colors = new Map<number, number>();
  const grey = new Map<number, number>();
  const sizes: [number, number][] = [];
  let volumes = 0;
  for (const file of chosen.filter((each) => each !== undefined)) {
    const label = await decodeLabel(await readFile(file), file);
    sizes.push([label.height, label.width]);
    if (label.slices > 1) volumes++;
    if (label.channels === 3) count(packed(label), colors);
    else count(label.data, label.rgb === true ? grey : values);
  }
  // Grey pictures among coloured ones are coloured ones without colours; among none, they hold values.
  for (const [value, pixels] of grey) {
    if (colors.size === 0) values.set(value, (values.get(value) ?? 0) + pixels);
    else colors.set(value * 0x010101, (colors.get(value * 0x010101) ?? 0) + pixels);
  }
  return { files: sizes.length, values, colors, volumes, size: medianSize(sizes) };
}

function count(pixels: LabelValues['data'], counts: Map<number, number>): void {
  for (let i = 0; i < pixels.length; ) {
    const value = pixels[i] as number;
    const start = i;
    // Runs of one value are long.
    do i++;
    while (i < pixels.length && pixels[i] === value);
    counts.set(value, (counts.get(value) ?? 0) + i - start);
  }
}

function packed({ data }: LabelValues): Int32Array {
  const at = (index: number): number => data[index] as number;
  return Int32Array.from(
    { length: data.length / 3 },
    (_, i) => (at(3 * i) << 16) | (at(3 * i + 1) << 8) | at(3 * i + 2),
  );
}

function medianSize(sizes: readonly (readonly [number, number])[]): readonly [number, number] {
  const sorted = [...sizes].sort(([a, b], [c, d]) => a * b - c * d);
  return sorted[Math.floor(sorted.length / 2)] ?? [1, 1];
}
