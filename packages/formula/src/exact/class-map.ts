/** Class indices of an image's pixels, row by row. */
export type ClassMap = Uint8Array | Int32Array;
