import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '@auto-seg-loss/kernel';
import type { NoiseResult } from '@auto-seg-loss/runtime';
import { row } from '../report.ts';
import { type Plan, type Played, play } from './play.ts';

type Measured = Pick<NoiseResult, 'metric' | 'design' | 'rewards'>;

const COLUMNS = [34, 18, 10, 16];

/**
 * What re-evaluations by several plans of equal cost would have named, on rewards that `asl noise` measured: candidates and rounds
 * are drawn again and again from those of a run.
 */
export async function benchNoise(args: readonly string[], write: (line: string) => void): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      candidates: { type: 'string', default: '5' },
      repeats: { type: 'string', default: '3' },
      draws: { type: 'string', default: '2000' },
    },
  });
  if (positionals.length === 0) throw new Error('npm run bench -- noise RUN …: runs that asl noise has measured');
  const [candidates, repeats, draws] = [Number(values.candidates), Number(values.repeats), Number(values.draws)];
  for (const run of positionals) {
    const measured = JSON.parse(await readFile(join(run, 'noise.json'), 'utf8')) as Measured;
    write(`${run}: ${measured.metric}, ${candidates} of ${measured.rewards.length} losses, ${repeats} repeats each`);
    for (const line of planTable(measured, { candidates, repeats, draws })) write(line);
  }
}

function planTable(
  { rewards, design }: Measured,
  size: { readonly candidates: number; readonly repeats: number; readonly draws: number },
): readonly string[] {
  const folds = design.sources.find(({ source }) => source === 'images')?.levels ?? 1;
  const plans: readonly Plan[] = [
    { name: 'fixed, on the same images', race: null, changing: false },
    { name: 'fixed, images change', race: null, changing: true },
    { name: 'race, error 0.1', race: { error: 0.1 }, changing: true },
    { name: 'race, error 0.3', race: { error: 0.3 }, changing: true },
  ];
  const rows = plans.map((plan) => {
    const random = Random.fromSeed('plans');
    const played = Array.from({ length: size.draws }, (_, draw) =>
      play(plan, rewards, { ...size, folds }, random.split(draw)),
    );
    const mean = (of: (one: Played) => number): number => played.reduce((sum, one) => sum + of(one), 0) / size.draws;
    return [
      plan.name,
      (100 * mean(({ behind }) => behind)).toFixed(3),
      mean(({ trials }) => trials).toFixed(1),
      `${(100 * mean(({ left }) => (left ? 1 : 0))).toFixed(1)} %`,
    ];
  });
  return [['plan', 'points behind best', 'trials', 'best one left'], ...rows].map((cells) => row(cells, COLUMNS));
}
