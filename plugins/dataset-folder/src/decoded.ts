/** An image or a label as it is in its file: rows from the top, pixels from the left, channels last. */
export interface Decoded {
  readonly height: number;
  readonly width: number;
  readonly data: Uint8Array;
}
