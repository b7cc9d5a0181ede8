import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { type RunConfig, withOverrides } from '@auto-seg-loss/config';
import { AslError, type PluginUse } from '@auto-seg-loss/kernel';
import { asSet, type Difference, differences } from './differences.ts';
import { moreRounds } from './more-rounds.ts';
import type { StoredRun } from './stored-run.ts';

/** The options of a data set that say where its data lie, or how they are read faster: its fingerprint does not depend on them. */
const PLACE_OPTIONS: readonly string[] = ['dataset.root', 'dataset.cache'];

/**
 * The config that a stored run goes on with, and whose searcher has yet to be shown to go the same way.
 * @param set `--set` arguments. @param cwd where a relative root is looked for too, if it is not at the config's folder.
 * @throws AslError ASL_USAGE for a change of anything else; ASL_CONFIG_INVALID for values that do not fit.
 */
export function resumedConfig(stored: StoredRun, set: readonly string[], cwd: string): RunConfig {
  return changedConfig(stored, set, cwd, mayChange, keepsItsConfig);
}

/**
 * The config that a stored run is measured with: its data may lie elsewhere now.
 * @param set and the others as of `resumedConfig`. @throws as that.
 */
export function movedConfig(stored: StoredRun, set: readonly string[], cwd: string): RunConfig {
  return changedConfig(stored, set, cwd, isPlace, (received, { dataset }) => {
    return new AslError('ASL_USAGE', 'a run is measured as it was searched', {
      where: 'asl fidelity --set',
      expected: whereDataLie(dataset)[0] ?? 'no change of the config',
      received,
      remedy: 'leave it out',
    });
  });
}

function changedConfig(
  stored: StoredRun,
  set: readonly string[],
  cwd: string,
  allowed: (change: Difference) => boolean,
  refusal: (received: string, config: RunConfig) => AslError,
): RunConfig {
  const checked = withOverrides(stored.config, set);
  if ('problems' in checked) {
    throw new AslError('ASL_CONFIG_INVALID', 'the run cannot go on with these values', {
      problems: checked.problems.map((problem) => ({ ...problem, where: `${problem.where} (--set)` })),
    });
  }
  const config = checked.value;
  const refused = differences(stored.config, config).filter((each) => !allowed(each));
  if (refused.length > 0) throw refusal(refused.map(asSet).join(' '), stored.config);
  return { ...config, dataset: placed(config.dataset, stored, cwd) };
}

/** Whether a run may go on with a change, if what was tried so far comes out the same. */
export function mayChange(change: Pick<Difference, 'where'>): boolean {
  const { where } = change;
  return isPlace(change) || isExecutor(where) || (where.startsWith('searcher.') && where !== 'searcher.use');
}

/** What runs the trials is, like the number of workers, the affair of each process that searches. */
function isExecutor(where: string): boolean {
  return where === 'executor' || where.startsWith('executor.');
}

function isPlace({ where }: Pick<Difference, 'where'>): boolean {
  return PLACE_OPTIONS.includes(where);
}

/** A run keeps its config: another one would make it another search. */
export function keepsItsConfig(received: string, config: RunConfig): AslError {
  return new AslError('ASL_USAGE', 'a search that goes on keeps its config', {
    where: 'asl search --resume',
    expected: allowedChanges(config),
    received,
    remedy: 'leave it out, or begin a new search without --resume',
  });
}

function allowedChanges({ searcher, dataset }: RunConfig): string {
  const rounds = moreRounds(searcher)?.replace(/\d+$/, 'N');
  return [
    ...(rounds === undefined ? [] : [`--set ${rounds} for more rounds`]),
    ...whereDataLie(dataset),
    '--workers N',
    '--set executor=… for what runs the trials',
  ].join(', ');
}

function whereDataLie({ root }: PluginUse): readonly string[] {
  return typeof root === 'string' ? ['--set dataset.root=FOLDER where the same data lie elsewhere'] : [];
}

/** With a relative root as it is found: from the config's folder, as in configs, or else from where the command is typed. */
function placed(dataset: PluginUse, { baseDir, config }: StoredRun, cwd: string): PluginUse {
  const { root } = dataset;
  if (typeof root !== 'string' || root === config.dataset.root || root.includes('$') || isAbsolute(root))
    return dataset;
  if (existsSync(resolve(baseDir, root)) || !existsSync(resolve(cwd, root))) return dataset;
  return { ...dataset, root: resolve(cwd, root) };
}
