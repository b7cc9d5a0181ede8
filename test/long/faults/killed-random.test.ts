import { describeKills } from './killed.ts';

describeKills('random', { workers: 1, points: true });
describeKills('random', { workers: 2, points: false });
