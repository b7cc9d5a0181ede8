import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { AslError, isAslError } from '@auto-seg-loss/kernel';
import type { RunContext } from '@auto-seg-loss/plugin-host';
import { isBegun } from '@auto-seg-loss/study';
import type { assembleRun } from '../container/assemble-run.ts';
import { intoSpace, type PriorTarget } from './into-space.ts';
import { priorLoss } from './prior-loss.ts';
import { priorRun } from './prior-run.ts';
import type { PriorSource } from './prior-source.ts';
import type { TakenPrior } from './taken-prior.ts';

/**
 * Reads what a search shall learn from, as it is now.
 * @param specs as the config's `prior`. @param context relative paths start at its `baseDir`. @param assemble puts other runs
 *   together.
 * @throws AslError naming the prior: what it is not, or why it does not fit (ASL_LOSS_MISMATCH).
 */
export async function readPriors(
  specs: readonly string[],
  target: PriorTarget,
  context: RunContext,
  assemble: typeof assembleRun,
): Promise<readonly TakenPrior[]> {
  const taken: TakenPrior[] = [];
  for (const [index, spec] of specs.entries()) {
    const where = `prior[${index}], "${spec}"`;
    const source = await sourceOf(spec, where, context, assemble);
    const { metric, dataset } = source;
    taken.push({ name: spec, metric, dataset, ...intoSpace(source, target, where) });
  }
  return taken;
}

async function sourceOf(
  spec: string,
  where: string,
  context: RunContext,
  assemble: typeof assembleRun,
): Promise<PriorSource> {
  const path = resolve(context.baseDir, spec);
  try {
    const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
    if (isFolder && isBegun(path)) return await priorRun(path, context, assemble);
    // A loss plugin has no curves, so that a name that is not there is looked for no further.
    const isFound = spec.startsWith('published:') || spec.endsWith('.json') || existsSync(resolve(path, 'loss.json'));
    if (!isFound) throw nothingThere(path, existsSync(path));
    return await priorLoss(spec, context);
  } catch (error) {
    if (!isAslError(error)) throw error;
    const { where: at } = error.details;
    throw new AslError(error.code, error.message, {
      ...error.details,
      where: at === undefined || at === spec ? where : `${where}: ${at}`,
      cause: error,
    });
  }
}

function nothingThere(path: string, exists: boolean): AslError {
  return new AslError('ASL_RUN_FOLDER', 'there is no search to learn from', {
    where: path,
    expected: 'the folder of a search (with study.sqlite in it), a loss file, or published:NAME',
    received: exists ? 'a folder or file without them' : 'nothing of that name',
    remedy: 'check the path: it starts where the other paths of the config do',
  });
}
