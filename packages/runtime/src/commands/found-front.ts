import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '@auto-seg-loss/kernel';
import type { LossFile } from '@auto-seg-loss/loss-file';
import type { Estimate, StudyResult } from '@auto-seg-loss/study';
import type { Run } from '../container/assemble-run.ts';
import type { GuardReference } from '../jobs/guards.ts';
import type { RunFolder } from '../run-folder/layout.ts';
import { writeFile } from '../run-folder/write-file.ts';
import { writeLossFile } from '../run-folder/write-loss-file.ts';
import { estimatesOf, foundLoss, scoresByMetric, type Winner, winnerOnFront } from './found-loss.ts';

/** What a search for several metrics found: the losses of a front, from the best by the first metric to the worst by it. */
export interface FoundFront {
  readonly metrics: readonly string[];
  readonly points: readonly FrontLoss[];
  /** Which of them is the knee: an index. */
  readonly knee: number;
  /** What the knee scores by each metric in trainings that nothing was chosen by; null without any. */
  readonly confirmed: readonly Estimate[] | null;
  /** What share of the cube of all scores is no better than one of them, in [0, 1]. */
  readonly hypervolume: number;
  /** The path of the table. */
  readonly table: string;
}

export interface FrontLoss {
  readonly loss: LossFile;
  readonly path: string;
  readonly winner: Winner;
}

/** How the knee is found, for whoever reads the file. */
const KNEE =
  'furthest from the line between the ends of the front, each metric scaled to its range along it (Das 1999)';

/**
 * Writes the losses of a front into the run folder, `front/1.json` and so on, and their table, `front.json`. Equal searches give
 * equal files.
 * @param known what loss files say of the run. @throws AslError ASL_RUN_FOLDER where they cannot be written.
 */
export async function writeFront(
  run: Run,
  known: Parameters<typeof foundLoss>[1],
  { front, finalists }: Pick<StudyResult, 'front' | 'finalists'>,
  folder: RunFolder,
  reference: GuardReference | undefined,
): Promise<FoundFront | undefined> {
  if (front === null) return undefined;
  const metrics = (await run.searched).map(({ name }) => name);
  await mkdir(folder.front, { recursive: true });
  const points: FrontLoss[] = [];
  for (const place of front.points.keys()) {
    const winner = winnerOnFront(front, place, finalists.length > 0);
    const loss = await foundLoss(run, known, winner, folder.front, reference);
    const path = join(folder.front, `${place + 1}.json`);
    await writeLossFile(path, loss);
    points.push({ loss, path, winner });
  }
  await removeOthers(folder.front, points.length);
  const { knee, hypervolume } = front;
  const confirmed = front.confirmed.length === 0 ? null : estimatesOf(front.confirmed);
  const table = {
    metrics,
    hypervolume,
    knee: {
      place: knee + 1,
      is: KNEE,
      newTrainings: confirmed === null ? null : scoresByMetric(metrics, confirmed),
    },
    losses: points.map((one, place) => rowOf(one, place, metrics)),
  };
  await writeFile(folder.frontTable, `${JSON.stringify(table, null, 2)}\n`);
  return { metrics, points, knee, confirmed, hypervolume, table: folder.frontTable };
}

function rowOf({ winner }: FrontLoss, place: number, metrics: readonly string[]): Json {
  const { trial, scores, rewards } = winner;
  return {
    loss: `front/${place + 1}.json`,
    // Both from 1, as everywhere that people look.
    round: trial === null ? null : trial.round + 1,
    trial: trial === null ? null : trial.number + 1,
    trainings: rewards.length,
    scores: scoresByMetric(metrics, scores ?? []),
  };
}

/** Those of a longer front that the run had before. */
async function removeOthers(folder: string, count: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const place = /^(\d+)\.json$/.exec(name)?.[1];
    if (place !== undefined && Number(place) > count) await rm(join(folder, name), { force: true });
  }
}
