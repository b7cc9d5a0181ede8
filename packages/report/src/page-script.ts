import { readFile } from 'node:fs/promises';
import { AslError } from '@auto-seg-loss/kernel';

/** Reads a page's script. @param script where the build puts it. @throws AslError ASL_INTERNAL where the package was not built. */
export async function readPageScript(script: URL): Promise<string> {
  try {
    return await readFile(script, 'utf8');
  } catch (cause) {
    throw new AslError('ASL_INTERNAL', 'the script of the page is missing', {
      where: script.pathname,
      expected: 'what npm run build makes',
      remedy: 'build the project: npm run build',
      cause,
    });
  }
}
