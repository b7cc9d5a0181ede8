import { describeKills } from './killed.ts';

describeKills('sequence', { workers: 1, points: false });
describeKills('sequence', { workers: 2, points: true });
