import { describeKills } from './killed.ts';

describeKills(2);
