import { TrialStore } from '@auto-seg-loss/study';
import { connect, storePath } from '../../../packages/study/src/store-file.ts';
import { changeSealed } from '../../../packages/study/src/store-seal.ts';
import { inTransaction } from '../../../packages/study/src/transaction.ts';

/** Trials of a round. */
const SAMPLES = 50;

/**
 * Makes the folder of a search with many trials, whose rewards are made up and rise slowly.
 * @param like a run whose config and curves it has.
 */
export function makeSyntheticSearch(folder: string, like: string, trials: number): void {
  const model = TrialStore.read(like);
  const { config, environment } = model.meta;
  const [first] = model.trials();
  model.close();
  const rounds = trials / SAMPLES;
  const longer = config as { readonly config: { readonly searcher: object } };
  const searcher = { ...longer.config.searcher, rounds, samples: SAMPLES };
  const meta = { config: { ...longer, config: { ...longer.config, searcher } }, environment } as never;
  TrialStore.create(folder, meta).close();
  const random = numbers();
  const metrics = first?.outcome?.status === 'complete' ? first.outcome.metrics : {};
  const database = connect(storePath(folder));
  try {
    inTransaction(database, 'immediate', () =>
      changeSealed(database, [{ table: 'trials' }, { table: 'timings' }, { table: 'snapshots' }], () => {
        const trial = database.prepare(
          `INSERT INTO trials (number, round, position, key, theta, whole, status, reward, metrics, images)
           VALUES (?, ?, ?, ?, ?, 0, 'complete', ?, ?, 100)`,
        );
        const timing = database.prepare('INSERT INTO timings (number, ms) VALUES (?, ?)');
        for (let number = 0; number < trials; number++) {
          const theta = (first?.theta ?? []).map(random);
          const reward = 0.3 + 0.2 * (number / trials) + 0.1 * random();
          const key = String(number).padStart(64, '0');
          const round = Math.floor(number / SAMPLES);
          trial.run(number, round, number % SAMPLES, key, JSON.stringify(theta), reward, JSON.stringify(metrics));
          timing.run(number, 1000 * (50 + random()));
        }
        database.prepare('INSERT INTO snapshots (round, state) VALUES (?, ?)').run(rounds, '{}');
      }),
    );
  } finally {
    database.close();
  }
}

/** In [0, 1), the same each time. */
function numbers(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
