import { describeKills } from './killed.ts';

describeKills('ppo', { workers: 1, points: true });
