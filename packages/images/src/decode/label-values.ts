/** A label file's values as they stand in it; nothing is mapped to classes yet. */
export interface LabelValues {
  readonly height: number;
  readonly width: number;
  /** Slices of a volume (NIfTI, npy of three axes), 1 for a picture. */
  readonly slices: number;
  /** 1: `data` is [slices, h, w]. 3: `data` is [h, w, 3], red, green, blue. */
  readonly channels: 1 | 3;
  readonly data: Uint8Array | Uint16Array | Int32Array;
  /** Whether `data` is one of three equal channels: a colour table may apply. */
  readonly rgb?: true;
  /** Of a palette file, red, green, blue of each index, [n, 3]: only to read labels by colours where a colour table says so. */
  readonly palette?: Uint8Array;
  /** What the file is, for messages: "palette PNG, 4 bits", "float32 NIfTI". */
  readonly kind: string;
}
