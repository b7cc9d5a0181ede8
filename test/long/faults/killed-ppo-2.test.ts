import { describeKills } from './killed.ts';

describeKills('ppo', { workers: 2, points: false });
