/** A tensor of a network, off the device, in PyTorch's layout: a convolution is [out, in, height, width]. */
export interface WeightTensor {
  readonly dtype: 'float32';
  readonly shape: readonly number[];
  /** Row-major; its length is the product of the shape. */
  readonly data: Float32Array;
}

/** The tensors of a network by the names that PyTorch code gives them. */
export type StateDict = ReadonlyMap<string, WeightTensor>;

/** How a file of weights is made: safetensors, or what `torch.save` writes since 1.6 and wrote before. */
export type WeightsFormat = 'safetensors' | 'pth' | 'legacy-pth';

/** What a file of weights holds. */
export interface WeightsFile {
  /** Where it was read from. */
  readonly path: string;
  readonly format: WeightsFormat;
  readonly bytes: number;
  /** All numbers as float32; each is finite. */
  readonly stateDict: StateDict;
  /** SHA-256 of the file, in hexadecimal digits. */
  readonly sha256: string;
  /** What the numbers of each tensor are in the file. */
  readonly storedAs: ReadonlyMap<string, NumberType>;
  /** Free text by key, which safetensors files may have. */
  readonly metadata: Readonly<Record<string, string>>;
  /** What a reader should be told: what was left out, what was taken off names. */
  readonly notes: readonly string[];
}

/** Types of numbers that are read, by PyTorch's names. */
export type NumberType =
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'float64'
  | 'int64'
  | 'int32'
  | 'int16'
  | 'int8'
  | 'uint8'
  | 'bool';
