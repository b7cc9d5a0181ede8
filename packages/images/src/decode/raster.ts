/** Numbers as files hold them. */
export type Numbers =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** A file's samples as they stand in it, before it is asked what they mean. */
export interface Raster {
  readonly height: number;
  readonly width: number;
  /** 1 for a picture. */
  readonly slices: number;
  /** Samples of a pixel, alpha among them. More than one only for pictures. */
  readonly channels: number;
  /** Whether the last channel says how opaque the pixel is. */
  readonly alpha: boolean;
  /** True where several channels are no red, green and blue. */
  readonly noColours?: true;
  /** [slices, h, w, channels] */
  readonly data: Numbers;
  /** The largest value that a sample could have, of integers. */
  readonly maximum: number;
  /** Red, green, blue of each index, [n, 3], where the samples are indices. */
  readonly palette?: Uint8Array;
  /** How far from a whole number a value may be, for files whose values are computed. Default: 0. */
  readonly tolerance?: number;
  /** "palette PNG", "float32 TIFF". */
  readonly name: string;
  /** Bits of a sample, where `name` does not say it. */
  readonly bits?: number;
}

/** "palette PNG, 4 bits" */
export function kindOf({ name, bits }: Pick<Raster, 'name' | 'bits'>): string {
  return bits === undefined ? name : `${name}, ${bits} bit${bits === 1 ? '' : 's'}`;
}
