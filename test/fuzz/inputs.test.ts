import { describeFuzz } from './describe-fuzz.ts';

// test/long has thousands of them.
describeFuzz({ configs: 150, losses: 150, arrays: 60, pictures: 60, weights: 200 }, 1);
