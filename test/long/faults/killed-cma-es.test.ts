import { describeKills } from './killed.ts';

describeKills('cma-es', { workers: 1, points: false });
describeKills('cma-es', { workers: 2, points: true });
