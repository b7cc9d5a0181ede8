import { describeFuzz } from '../fuzz/describe-fuzz.ts';

/** An input is answered within a second on a machine that is idle; of CPU time, some more is let pass on one that is not. */
const MOST = { cpuMs: 3_000, bytes: 300 * 2 ** 20 };

// ASL_FUZZ_SEED=7 npm run test:long: others.
describeFuzz(
  { configs: 2000, losses: 2000, arrays: 500, pictures: 500, weights: 5000 },
  Number(process.env.ASL_FUZZ_SEED ?? 2),
  MOST,
);
