export { type NnunetOptions, plugin } from './plugin.ts';
