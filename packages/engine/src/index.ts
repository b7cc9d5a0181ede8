export { type Engine, type Fallback, openEngine, type OpenOptions } from './backend/open-engine.ts';
export { type InstalledEngine, installEngine, type InstallOptions } from './install/install-engine.ts';
export type { InstallProgress, ReportProgress } from './install/install-progress.ts';
export type { Loss } from './loss.ts';
export type { Architecture, Network, Parameter } from './network.ts';
