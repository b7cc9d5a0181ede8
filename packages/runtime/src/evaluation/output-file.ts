import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';
import type { EvaluationPair } from '../commands/evaluation-pairs.ts';

/** A file that a command writes, and the option that names it. */
export interface OutputFile {
  readonly path: string;
  readonly option: string;
}

/**
 * Checks, before anything is computed, that files can be written without loss: a file of before is replaced, an input is not.
 * @throws AslError ASL_ARGUMENT_INVALID for a folder or a device, an input, or two outputs of one name.
 */
export async function checkOutputs(outputs: readonly OutputFile[], pairs: readonly EvaluationPair[]): Promise<void> {
  const taken = new Map<string, string>();
  for (const { prediction, label, mask, probabilities } of pairs) {
    for (const file of [prediction, label, mask, probabilities])
      if (file !== undefined) taken.set(await realPath(file), 'an input');
  }
  for (const { path, option } of outputs) {
    const fail = (received: string): AslError =>
      new AslError('ASL_ARGUMENT_INVALID', 'a result cannot be written there', {
        where: `${option} ${path}`,
        expected: 'the name of a new file, or of one to replace',
        received,
        remedy: 'choose another name',
      });
    const real = await realPath(path);
    const known = taken.get(real);
    if (known !== undefined) throw fail(`${known}: ${real}`);
    const other = await otherThanFile(path);
    if (other !== undefined) throw fail(other);
    taken.set(real, `what ${option} names`);
  }
}

/** Follows links; of a file that is not there, the path as it is. */
function realPath(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}

async function otherThanFile(path: string): Promise<string | undefined> {
  const found = await stat(resolve(path)).catch(() => undefined);
  if (found === undefined || found.isFile()) return undefined;
  return found.isDirectory() ? 'a folder' : 'a device or a pipe, not a file';
}
