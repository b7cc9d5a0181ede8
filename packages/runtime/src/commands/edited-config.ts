import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';
import { showValue } from '@auto-seg-loss/schema';
import { asSet, differences } from './differences.ts';
import { mayChange } from './resumed-config.ts';
import type { StoredRun } from './stored-run.ts';

/**
 * Refuses to go on where the run folder's `config.json` is not what was written: whoever edited it expects it to count, and
 * what counts is in the store.
 * @param kept the config as the store holds it, which may lack fields of later versions.
 * @throws AslError ASL_RUN_CHANGED naming what was edited. Without the file all is well: it is written again.
 */
export async function rejectEdited(file: string, { config, baseDir }: StoredRun, kept: unknown): Promise<void> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return;
  const read = parsed(text);
  // Where its paths start; files of earlier versions do not say it.
  const { base, ...written } = read ?? {};
  const folder = dirname(file);
  const moved = typeof base === 'string' && resolve(folder, base) !== baseDir;
  const at = { where: 'base', before: relative(folder, baseDir) || '.', now: base };
  if (read !== undefined && !moved && differences(kept, written).length === 0) return;
  const edited = [...(moved ? [at] : []), ...(read === undefined ? [] : differences(config, written))];
  if (read !== undefined && edited.length === 0) return;
  const possible = edited.filter(({ where, now }) => mayChange({ where }) && now !== undefined);
  throw new AslError(
    'ASL_RUN_CHANGED',
    "the run's config.json was edited; a search goes on with the config in its store",
    {
      where: file,
      ...(read === undefined ? { received: 'no JSON object' } : {}),
      problems: edited.map(({ where, before, now }) => ({
        where,
        expected: showValue(before),
        received: showValue(now),
      })),
      remedy: [
        'remove the file, which is then written again, and go on without these changes',
        ...(possible.length > 0
          ? [`or say on the command line what may change: ${possible.map(asSet).join(' ')}`]
          : []),
        'or begin a new search with a config of its own',
      ].join('; '),
    },
  );
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
