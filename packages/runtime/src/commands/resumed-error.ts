import { relative } from 'node:path';
import { AslError, aslCommand, ERROR_CODES, type ErrorDetails, isAslError } from '@auto-seg-loss/kernel';
import type { StoredRun } from './stored-run.ts';

/**
 * An error of a search that goes on, with a remedy that it can take: what is wrong with a config cannot be changed here.
 * @param folder of the run.
 */
export function resumedError(error: unknown, folder: string, { baseDir, config }: StoredRun): unknown {
  if (!isAslError(error) || ERROR_CODES[error.code] > 2 || error.code === 'ASL_USAGE') return error;
  const { code, message, details } = error;
  const other = (remedy: string): AslError => new AslError(code, message, { ...details, remedy } as ErrorDetails);
  if (code === 'ASL_DATA_MISSING' && typeof config.dataset.root === 'string') {
    const place = relative(process.cwd(), folder) || '.';
    return other(
      `bring the data back, or say where they are: ${aslCommand('search', '--resume', place, '--set', 'dataset.root=FOLDER')} (absolute, or from ${baseDir})`,
    );
  }
  if (details.remedy === undefined || /new search/.test(details.remedy)) return error;
  return other(
    `${details.remedy}. Where that is a change of the config: begin a new search, since one that goes on keeps its own`,
  );
}
