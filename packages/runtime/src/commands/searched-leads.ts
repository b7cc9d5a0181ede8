import { lossTerms, readLossFile } from '@auto-seg-loss/loss-expression';
import { type LoadedRun, pluginContext } from '@auto-seg-loss/plugin-host';
import { z } from 'zod';
import type { ComparedLoss } from './compare.ts';

/** How far ahead of another loss a search says that its own is, on training images that were held out in folds. Rewards are in [0, 1]. */
export interface SearchedLead {
  /** That the loss was searched for. */
  readonly metric: string;
  /** The loss that it is ahead of. */
  readonly over: string;
  readonly lead: number;
  /** Its 95 % interval; null where rewards are too few, or what the loss was chosen by. */
  readonly interval: readonly [low: number, high: number] | null;
}

/** A lead in a search's rewards beside that on val. */
export interface ComparedLead extends SearchedLead {
  readonly loss: string;
  /** Over the seeds that both losses have; null where there is none. */
  readonly val: { readonly mean: number; readonly error: number | null; readonly seeds: number } | null;
}

/** What a search writes into its loss of rewards that folds gave. */
const rewarded = z.looseObject({
  metric: z.string(),
  value: z.number(),
  interval: z.tuple([z.number(), z.number()]).nullable(),
  reference: z.looseObject({ loss: z.string(), value: z.number() }),
});

/** What searches say of their losses, by the names that these are compared by; nothing of other losses. @throws as `lossTerms`. */
export async function searchedLeads(
  loaded: LoadedRun,
  losses: readonly string[],
  cwd: string,
): Promise<ReadonlyMap<string, SearchedLead>> {
  const context = pluginContext(loaded.baseDir, loaded);
  const leads = new Map<string, SearchedLead>();
  for (const loss of losses) {
    const terms = await lossTerms(loss, { context, cwd, named: loaded.config.losses });
    const paths = new Set(terms.map(({ part }) => (part.kind === 'published' ? undefined : part.path)));
    const [path, ...others] = paths;
    if (path === undefined || others.length > 0) continue;
    const reward = rewarded.safeParse((await readLossFile(path)).reward).data;
    if (reward === undefined) continue;
    const { metric, value, interval, reference } = reward;
    const over = ([low, high]: readonly [number, number]) => [low - reference.value, high - reference.value] as const;
    leads.set(loss, {
      metric,
      over: reference.loss,
      lead: value - reference.value,
      interval: interval === null ? null : over(interval),
    });
  }
  return leads;
}

/** The leads in searches' rewards beside those on val, of the losses of a comparison. Networks of one seed are compared with each other. */
export function comparedLeads(losses: readonly ComparedLoss[]): readonly ComparedLead[] {
  return losses.flatMap(({ loss, searched, networks }): ComparedLead[] => {
    if (searched === undefined) return [];
    const other = losses.find((row) => row.loss === searched.over);
    const scoreOf = (all: ComparedLoss['networks'], seed: number): number | null => {
      const network = all.find((one) => one.seed === seed);
      return network?.status === 'complete' ? (network.metrics[searched.metric]?.value ?? null) : null;
    };
    const differences = networks.flatMap(({ seed }) => {
      const [own, others] = [scoreOf(networks, seed), scoreOf(other?.networks ?? [], seed)];
      return own === null || others === null ? [] : [own - others];
    });
    const seeds = differences.length;
    const mean = differences.reduce((sum, each) => sum + each, 0) / seeds;
    const squares = differences.reduce((sum, each) => sum + (each - mean) ** 2, 0);
    const error = seeds < 2 ? null : Math.sqrt(squares / (seeds - 1) / seeds);
    return [{ loss, ...searched, val: seeds === 0 ? null : { mean, error, seeds } }];
  });
}
