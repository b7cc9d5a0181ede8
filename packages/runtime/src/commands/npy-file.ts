import { readInput, UnreadableFile } from '@auto-seg-loss/files';
import { formatNpy, type NpyArray, parseNpy } from '@auto-seg-loss/images';
import { AslError } from '@auto-seg-loss/kernel';
import { writeFile } from '../run-folder/write-file.ts';

/** What a process can hold at once. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * Reads a .npy file.
 * @param where the argument that names it.
 * @throws AslError ASL_ARGUMENT_INVALID for a file that is none, is cut short, or holds something else than numbers.
 */
export async function readNpy(file: string, where: string): Promise<NpyArray> {
  const fail = (message: string, expected: string, received: string, cause?: unknown): AslError =>
    new AslError('ASL_ARGUMENT_INVALID', message, { where: `${where}: ${file}`, expected, received, cause });
  const bytes = await readInput(file, MOST_BYTES).catch((cause: unknown) => {
    if (!(cause instanceof UnreadableFile)) throw cause;
    throw fail('the array cannot be read', 'a .npy file', cause.message, cause);
  });
  try {
    return parseNpy(bytes);
  } catch (cause) {
    throw fail(
      'the array cannot be read',
      'a whole .npy file of numbers',
      cause instanceof Error ? cause.message : String(cause),
      cause,
    );
  }
}

/** Writes a float32 array in numpy's format. @throws AslError ASL_RUN_FOLDER. */
export async function writeNpy(file: string, data: Float32Array, shape: readonly number[]): Promise<void> {
  await writeFile(file, formatNpy(data, shape));
}

export function showShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}
