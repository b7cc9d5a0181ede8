export { plugin, type VocOptions } from './plugin.ts';
