export type { Loss } from './loss.ts';
export type { Architecture, Network, Parameter } from './network.ts';
