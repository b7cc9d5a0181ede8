import { dirname } from 'node:path';
import { makeFolder, writeFileAtomic } from '@auto-seg-loss/files';

export { makeFolder };

/** Writes a file at once or not at all; makes its folder. @throws AslError ASL_RUN_FOLDER where that is not possible. */
export async function writeFile(path: string, content: string | Uint8Array | Iterable<string>): Promise<void> {
  makeFolder(dirname(path));
  writeFileAtomic(path, content);
}
