import { relative } from 'node:path';
import { AslError, aslCommand, type ErrorCode, type ErrorDetails, isAslError } from '@auto-seg-loss/kernel';
import type { TrustedRun } from './stored-run.ts';

/** Errors whose remedies speak of a config as of something that can be changed. */
const OF_CONFIGS: readonly ErrorCode[] = ['ASL_DATA_INVALID', 'ASL_TRIAL_FAILED', 'ASL_SEARCH_FAILED'];

/**
 * An error of a search that goes on, with a remedy that it can take: what is wrong with a config cannot be changed here.
 * @param folder of the run.
 */
export function resumedError(error: unknown, folder: string, { baseDir, config, allowCode }: TrustedRun): unknown {
  if (!isAslError(error)) return error;
  const { code, message, details } = error;
  const other = (remedy: string): AslError => new AslError(code, message, { ...details, remedy } as ErrorDetails);
  if (code === 'ASL_DATA_MISSING' && typeof config.dataset.root === 'string') {
    const place = relative(process.cwd(), folder) || '.';
    const flags = allowCode ? ['--allow-code'] : [];
    const command = aslCommand('search', '--resume', place, '--set', 'dataset.root=FOLDER', ...flags);
    return other(`bring the data back, or say where they are: ${command} (absolute, or from ${baseDir})`);
  }
  if (!OF_CONFIGS.includes(code) || details.remedy === undefined || /new search/.test(details.remedy)) return error;
  return other(
    `${details.remedy}. Where that is a change of the config: begin a new search, since one that goes on keeps its own`,
  );
}
