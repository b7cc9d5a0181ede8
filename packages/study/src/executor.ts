export type { Executor, TrialHooks } from '@auto-seg-loss/kernel';
