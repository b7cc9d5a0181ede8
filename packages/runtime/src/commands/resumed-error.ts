import { relative } from 'node:path';
import { AslError, aslCommand, type ErrorCode, type ErrorDetails, isAslError } from '@auto-seg-loss/kernel';
import type { TrustedRun } from './stored-run.ts';

/** Errors whose remedies speak of a config as of something that can be changed. */
const OF_CONFIGS: readonly ErrorCode[] = ['ASL_DATA_INVALID', 'ASL_TRIAL_FAILED', 'ASL_SEARCH_FAILED'];

/**
 * An error of a search that goes on, with a remedy that it can take: what is wrong with a config cannot be changed here.
 * @param folder of the run.
 */
export function resumedError(error: unknown, folder: string, run: TrustedRun): unknown {
  const moved = movedError(error, ['search', '--resume', placeOf(folder)], run);
  if (moved !== error || !isAslError(error)) return moved;
  const { code, details } = error;
  if (!OF_CONFIGS.includes(code) || details.remedy === undefined || /new search/.test(details.remedy)) return error;
  return withRemedy(
    error,
    `${details.remedy}. Where that is a change of the config: begin a new search, since one that goes on keeps its own`,
  );
}

/** An error of measuring a run, likewise. */
export function measuredError(error: unknown, folder: string, run: TrustedRun): unknown {
  return movedError(error, ['fidelity', placeOf(folder)], run);
}

/** Of data that are not where they were: with the command that says where they are now. */
function movedError(error: unknown, command: readonly string[], { baseDir, config, allowCode }: TrustedRun): unknown {
  if (!isAslError(error) || error.code !== 'ASL_DATA_MISSING' || typeof config.dataset.root !== 'string') return error;
  const whole = aslCommand(...command, '--set', 'dataset.root=FOLDER', ...(allowCode ? ['--allow-code'] : []));
  return withRemedy(error, `bring the data back, or say where they are: ${whole} (absolute, or from ${baseDir})`);
}

function withRemedy({ code, message, details }: AslError, remedy: string): AslError {
  return new AslError(code, message, { ...details, remedy } as ErrorDetails);
}

function placeOf(folder: string): string {
  return relative(process.cwd(), folder) || '.';
}
