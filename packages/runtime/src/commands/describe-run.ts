import { relative, resolve } from 'node:path';
import type { Environment } from '../run-folder/environment.ts';
import type { RunFolder } from '../run-folder/layout.ts';
import { writeFile } from '../run-folder/write-file.ts';
import type { StoredConfig } from './stored-run.ts';

/**
 * Writes for people what the store holds for the search. Resuming writes it again: a process that was killed may have come
 * only as far as the store.
 */
export async function describeRun(
  folder: RunFolder,
  { config, baseDir }: Pick<StoredConfig, 'config' | 'baseDir'>,
  environment: Environment,
): Promise<void> {
  // With its base, it is a config that other commands take as it lies there.
  const base = relative(folder.folder, resolve(folder.folder, baseDir)) || '.';
  await writeFile(folder.config, `${JSON.stringify({ base, ...config }, null, 2)}\n`);
  await writeFile(folder.environment, `${JSON.stringify(environment, null, 2)}\n`);
}
