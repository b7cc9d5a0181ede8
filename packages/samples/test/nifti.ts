/** A voxel's type, with NIfTI's number for it and its bits. */
const TYPES = { uint8: [2, 8], int16: [4, 16], float32: [16, 32] } as const;

export interface Nifti {
  /** Voxels along x, y and z. */
  readonly size: readonly [number, number, number];
  /** Millimetres along x, y and z. */
  readonly spacing?: readonly [number, number, number];
  readonly origin?: readonly [number, number, number];
  readonly type: keyof typeof TYPES;
  /** x runs fastest. */
  readonly values: readonly number[];
  readonly slope?: number;
  readonly intercept?: number;
}

/** A NIfTI-1 file of one volume, little-endian. */
export function nifti({
  size,
  spacing = [1, 1, 1],
  origin = [0, 0, 0],
  type,
  values,
  slope,
  intercept,
}: Nifti): Buffer {
  const [code, bits] = TYPES[type];
  const file = Buffer.alloc(352 + (values.length * bits) / 8);
  file.writeInt32LE(348, 0);
  for (const [index, count] of [3, ...size, 1, 1, 1, 1].entries()) file.writeInt16LE(count, 40 + 2 * index);
  file.writeInt16LE(code, 70);
  file.writeInt16LE(bits, 72);
  for (const [index, extent] of [1, ...spacing].entries()) file.writeFloatLE(extent, 76 + 4 * index);
  file.writeFloatLE(352, 108);
  file.writeFloatLE(slope ?? 0, 112);
  file.writeFloatLE(intercept ?? 0, 116);
  file.writeInt16LE(1, 254);
  for (const row of [0, 1, 2]) {
    file.writeFloatLE(spacing[row] ?? 1, 280 + 16 * row + 4 * row);
    file.writeFloatLE(origin[row] ?? 0, 280 + 16 * row + 12);
  }
  file.write('n+1\0', 344, 'latin1');
  for (const [index, value] of values.entries()) {
    if (type === 'uint8') file.writeUInt8(value, 352 + index);
    else if (type === 'int16') file.writeInt16LE(value, 352 + 2 * index);
    else file.writeFloatLE(value, 352 + 4 * index);
  }
  return file;
}
