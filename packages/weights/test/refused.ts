import { isAslError } from '@auto-seg-loss/kernel';
import { decodeWeights, type WeightsFile } from '../src/index.ts';

/** What a file is refused with, in its lines; fails for what is read, or ends in another error. */
export async function refused(bytes: Uint8Array): Promise<string> {
  const outcome = await readOrRefused(bytes);
  if (typeof outcome === 'string') return outcome;
  throw new Error(`it was read: ${[...outcome.stateDict.keys()]}`);
}

/** What is read of a file, or what it is refused with. */
export async function readOrRefused(bytes: Uint8Array): Promise<WeightsFile | string> {
  try {
    return await decodeWeights(Buffer.from(bytes), 'file');
  } catch (error) {
    if (isAslError(error) && error.code.startsWith('ASL_WEIGHTS_'))
      return (error as { format(): string } & Error).format();
    throw error;
  }
}
