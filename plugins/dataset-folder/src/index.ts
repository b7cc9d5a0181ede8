export type { FolderOptions, FolderSplitOptions } from './options.ts';
export { plugin } from './plugin.ts';
