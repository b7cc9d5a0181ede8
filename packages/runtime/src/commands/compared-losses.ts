import { decodedName } from '../decoding/decoded-name.ts';
import type { ComparedLoss } from './compare.ts';
import { summarizeMetric } from './metric-summary.ts';
import type { TrainedNetwork } from './training-jobs.ts';
import { keyOf, type TrainingIdentity } from './training-key.ts';
import type { IdentifiedNetwork } from './training-results.ts';

/** Networks that differ in their seeds alone, under one decoder. */
interface Row {
  readonly first: IdentifiedNetwork;
  readonly earlier: boolean;
  readonly networks: TrainedNetwork[];
}

/**
 * A row for each loss at each learning rate, under each decoder: those asked for in their order, then those that were compared earlier. A row has
 * every network that there is of it, whenever it was trained.
 * @param asked networks that were asked for. @param kept what a folder holds, those asked for among it.
 */
export function comparedLosses(
  asked: readonly IdentifiedNetwork[],
  kept: readonly IdentifiedNetwork[],
  metrics: readonly string[],
): readonly ComparedLoss[] {
  const rows: Row[] = [];
  const add = (one: IdentifiedNetwork, earlier: boolean): void => {
    const row = rows.find(({ first }) => {
      // Two names of one loss that are both asked for have a row each.
      return isSameRow(first, one) && (earlier || first.network.loss === one.network.loss);
    });
    if (row === undefined) rows.push({ first: one, earlier, networks: [one.network] });
    else if (!row.networks.some(({ seed }) => seed === one.network.seed)) row.networks.push(one.network);
  };
  for (const one of asked) add(one, false);
  const onVal = kept.filter(({ identity }) => identity.scoredOn === 'val');
  for (const one of onVal.toSorted((a, b) => byCodeUnits(decodedName(a.network), decodedName(b.network))))
    add(one, true);
  return rows.map(({ first, earlier, networks }): ComparedLoss => {
    const bySeed = networks.toSorted((a, b) => a.seed - b.seed);
    return {
      loss: earlier ? nameApart(first, rows) : decodedName(first.network),
      earlier,
      learningRate: first.network.learningRate,
      tried: triedRates(first.identity, kept, metrics[0] ?? ''),
      networks: bySeed,
      metrics: Object.fromEntries(metrics.map((metric) => [metric, summarizeMetric(bySeed, metric)])),
    };
  });
}

/** A loss file may have had another content under its name. */
function nameApart({ network, identity }: IdentifiedNetwork, rows: readonly Row[]): string {
  const isAmbiguous = rows.some(
    ({ first }) => first.network.loss === network.loss && first.identity.loss !== identity.loss,
  );
  const { loss } = network;
  return decodedName(isAmbiguous ? { ...network, loss: `${loss} (as it was: ${identity.loss.slice(0, 8)})` } : network);
}

function isSameRow(a: IdentifiedNetwork, b: IdentifiedNetwork): boolean {
  return rowOf(a) === rowOf(b);
}

/** What networks have in common that differ in their seeds. */
function rowOf({ identity }: IdentifiedNetwork): string {
  return keyOf({ ...identity, seed: 0 });
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The rates that a loss's own was chosen from, as far as the networks that showed it are kept. */
function triedRates(
  { loss, learningRate }: TrainingIdentity,
  kept: readonly IdentifiedNetwork[],
  metric: string,
): ComparedLoss['tried'] {
  const own = kept.filter(({ identity }) => identity.scoredOn === 'held-out' && identity.loss === loss);
  const rates = [...new Set(own.map(({ identity }) => identity.learningRate))].sort((a, b) => a - b);
  const tried = rates.map((rate) => {
    const networks = own.filter(({ identity }) => identity.learningRate === rate).map(({ network }) => network);
    return { learningRate: rate, value: summarizeMetric(networks, metric).mean };
  });
  return rates.includes(learningRate) ? tried : [];
}
