import { definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { addressOf, hasPassword, shownAddress } from './address.ts';
import { type BullmqOptions, bullmqOptions } from './options.ts';

// What talks to Redis is loaded when it is needed: worker processes load this module too.
export const plugin: Plugin<'executor', BullmqOptions> = definePlugin({
  kind: 'executor',
  name: 'bullmq',
  summary: 'Hands the trials of a search to workers on any machines (asl worker), through Redis or Valkey.',
  options: bullmqOptions,
  example: { url: '$ASL_REDIS' },
  withoutSecrets: (options) => ({ ...options, url: shownAddress(options.url) }),
  create: async (options) => {
    const { RedisExecutor } = await import('./redis-executor.ts');
    return {
      name: 'bullmq',
      ready: async () => {
        const { checkAddress } = await import('./connection.ts');
        await checkAddress(addressOf(options.url));
      },
      create: (job) => {
        if (hasPassword(options.url)) {
          job.notify(
            `The run keeps executor.url without its password (${shownAddress(options.url)}): to go on with it later, name an environment variable that holds the address, --set 'executor.url=$ASL_REDIS'`,
          );
        }
        return new RedisExecutor(job, addressOf(options.url), options);
      },
      serve: async (serving) => {
        const { serve } = await import('./worker/serve.ts');
        await serve(addressOf(options.url), serving);
      },
    };
  },
});
