export { CLASSES, type SceneClass } from './classes.ts';
export type { ScenesOptions } from './options.ts';
export { plugin } from './plugin.ts';
