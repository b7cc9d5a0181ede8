import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';

const VARIABLE = /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g;

/** Where a data set's files are, as a config says it. */
export interface DataPlace {
  /** The data's folder. Relative to the config's folder; $NAME and ${NAME} are environment variables. */
  readonly root: string;
  /** How to get the data; shown where it is missing. */
  readonly source?: string;
}

/**
 * The data's folder as an absolute path, with environment variables filled in.
 * @throws AslError ASL_DATA_MISSING for a variable that is not set, or a folder that is not there.
 */
export async function findRoot(
  { root, source }: DataPlace,
  baseDir: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string> {
  const expanded = root.replace(VARIABLE, (_, braced: string | undefined, bare: string | undefined) => {
    const name = braced ?? bare ?? '';
    const value = environment[name];
    if (value !== undefined && value !== '') return value;
    throw new AslError('ASL_DATA_MISSING', `the environment variable ${name} is not set`, {
      where: `dataset.root = "${root}"`,
      expected: `the data's folder in ${name}`,
      received: value === undefined ? 'not set' : 'empty',
      remedy: join(`set it (export ${name}=FOLDER) or give the folder (--set dataset.root=FOLDER)`, source),
    });
  });
  const folder = resolve(baseDir, expanded);
  // Values of the environment are nobody's to be shown.
  const shown = expanded === root ? folder : root;
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    throw new AslError('ASL_DATA_MISSING', "the data's folder was not found", {
      where: `dataset.root = "${root}"`,
      expected: `a folder at ${shown}`,
      received: found === undefined ? 'nothing there' : 'a file',
      remedy: join('correct dataset.root; a relative path starts at the folder of the config file', source),
    });
  }
  return folder;
}

function join(remedy: string, source: string | undefined): string {
  return source === undefined ? remedy : `${remedy}. Getting the data: ${source}`;
}
