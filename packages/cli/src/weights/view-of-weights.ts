import type { NameReport, NumberType, WeightsFile } from '@auto-seg-loss/weights';

/** What `asl weights show` says of a file. */
export interface WeightsView {
  readonly file: string;
  readonly format: WeightsFile['format'];
  readonly bytes: number;
  /** In all tensors together. */
  readonly numbers: number;
  readonly tensors: readonly { readonly name: string; readonly shape: readonly number[]; readonly type: NumberType }[];
  /** The backbone that it looks like; null for none that is known. */
  readonly backbone: NameReport | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
}

export function viewOfWeights(file: string, weights: WeightsFile, backbone: NameReport | undefined): WeightsView {
  const { format, bytes, stateDict, storedAs, metadata, notes } = weights;
  const entries = [...stateDict];
  return {
    file,
    format,
    bytes,
    numbers: entries.reduce((sum, [, { data }]) => sum + data.length, 0),
    tensors: entries.map(([name, { shape }]) => ({ name, shape, type: storedAs.get(name) ?? 'float32' })),
    backbone: backbone ?? null,
    metadata,
    notes,
  };
}
