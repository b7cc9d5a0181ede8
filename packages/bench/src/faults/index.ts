export { KINDS } from './distributed/disturbance.ts';
export { runLocally, surviveMany } from './distributed/many.ts';
export type { Befalls, Fault, FaultPlan } from './fault-plan.ts';
export { type Kill, killsAtPoints, surviveFaults, surviveMoments } from './kills.ts';
export { type Ended, FaultySearch, type Running } from './searches.ts';
export { checkEnd, checkKept, failure, type Kept, runUndisturbed, type Undisturbed } from './undisturbed.ts';
