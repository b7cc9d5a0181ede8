// What concerns the engine's files only. Importing it loads no tensor library.
export { defaultCacheDir } from './engine-cache.ts';
export { type Found, findInstalled, gpuVisible } from './find-installed.ts';
export { findTools, type Tool, type Tools } from './find-tools.ts';
export { type InstalledEngine, type InstallOptions, installEngine } from './install-engine.ts';
export type { InstallProgress, ReportProgress } from './install-progress.ts';
