export type { GivenPlugins } from './given-plugins.ts';
export { makePlugin } from './make-plugin.ts';
