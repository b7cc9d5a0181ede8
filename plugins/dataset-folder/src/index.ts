export type { FolderOptions } from './options.ts';
export { plugin } from './plugin.ts';
