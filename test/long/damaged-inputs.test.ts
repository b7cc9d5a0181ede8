import { describeFuzz } from '../fuzz/describe-fuzz.ts';

// ASL_FUZZ_SEED=7 npm run test:long: others.
describeFuzz({ configs: 2000, losses: 2000, arrays: 500, pictures: 500 }, Number(process.env.ASL_FUZZ_SEED ?? 2));
