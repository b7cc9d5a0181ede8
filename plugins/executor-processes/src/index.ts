import { definePlugin, noOptions, type Plugin } from '@auto-seg-loss/kernel';

export const plugin: Plugin<'executor', Readonly<Record<string, never>>> = definePlugin({
  kind: 'executor',
  name: 'processes',
  summary: 'Runs the trials of a search in processes of this machine: as many as the config has workers.',
  options: noOptions,
  create: () => ({ name: 'processes', create: (job) => job.processes() }),
});
