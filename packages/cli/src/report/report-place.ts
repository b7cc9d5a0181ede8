import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';

const NAME = /\.html?$/i;

/**
 * Where the page of a run is written. By its name it can take the place of no other file of a run.
 * @param out as it was asked for. @throws AslError ASL_ARGUMENT_INVALID for another name, or a folder.
 */
export async function reportPlace(folder: string, out: string | undefined): Promise<string> {
  if (out === undefined) return join(folder, 'report.html');
  const found = await stat(resolve(out)).catch(() => undefined);
  if (NAME.test(out) && (found === undefined || found.isFile())) return resolve(out);
  throw new AslError('ASL_ARGUMENT_INVALID', 'a report cannot be written there', {
    where: `--out ${out}`,
    expected: 'the name of a new file that ends in .html, or of one to replace',
    received: found === undefined || found.isFile() ? 'another name' : 'a folder or a device',
    remedy: 'choose another name',
  });
}
