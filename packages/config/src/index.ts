export type { PluginUse, ProxyOptions, RunConfig } from './run-config.ts';
