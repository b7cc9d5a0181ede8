import { readFile } from 'node:fs/promises';
import { AslError } from '@auto-seg-loss/kernel';
import { dump, type NpyArray, parse } from 'npyjs';
import { writeFile } from '../run-folder/write-file.ts';

/** An array of a .npy file. */
export interface NpyFile {
  /** As numpy names it, such as "f4". */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: ArrayLike<number> | BigInt64Array | BigUint64Array;
}

/**
 * Reads a .npy file.
 * @param where the argument that names it.
 * @throws AslError ASL_ARGUMENT_INVALID for a file that is none, is cut short, or is in Fortran's order.
 */
export async function readNpy(file: string, where: string): Promise<NpyFile> {
  const fail = (message: string, expected: string, received: string, cause?: unknown): AslError =>
    new AslError('ASL_ARGUMENT_INVALID', message, { where: `${where}: ${file}`, expected, received, cause });
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw fail(
      'the array cannot be read',
      'a .npy file',
      cause.code === 'ENOENT' ? 'no such file' : cause.message,
      cause,
    );
  });
  let array: NpyArray;
  try {
    array = parse(Uint8Array.from(bytes).buffer);
  } catch (cause) {
    throw fail(
      'the array cannot be read',
      'a whole .npy file of numbers',
      cause instanceof Error ? cause.message : String(cause),
      cause,
    );
  }
  if (array.fortranOrder)
    throw fail('the array is in Fortran order', 'row-major: save numpy.ascontiguousarray(x)', 'fortran_order');
  const count = array.shape.reduce((product, side) => product * side, 1);
  const data = array.data as unknown as NpyFile['data'];
  if (data.length !== count)
    throw fail('the array is cut short', `${count} numbers, for ${showShape(array.shape)}`, `${data.length}`);
  return { dtype: array.dtype.replace(/^[<|=]/, ''), shape: array.shape, data };
}

/** Writes a float32 array in numpy's format. @throws AslError ASL_RUN_FOLDER. */
export async function writeNpy(file: string, data: Float32Array, shape: readonly number[]): Promise<void> {
  await writeFile(file, new Uint8Array(dump(data, [...shape])));
}

export function showShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}
