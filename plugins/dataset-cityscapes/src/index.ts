export { type CityscapesOptions, plugin } from './plugin.ts';
