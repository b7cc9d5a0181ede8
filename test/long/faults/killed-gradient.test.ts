import { describeKills } from './killed.ts';

describeKills('gradient', { workers: 1, points: true });
describeKills('gradient', { workers: 2, points: false });
