// What concerns the engine's files only. Importing it loads no tensor library.
export { defaultCacheDir } from '@auto-seg-loss/wheels';
export { type Found, findInstalled, gpuVisible } from './find-installed.ts';
export { findTools, type Tools } from './find-tools.ts';
export { type InstalledEngine, type InstallOptions, installEngine } from './install-engine.ts';
