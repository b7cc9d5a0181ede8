import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { type AllowCodeOption, withAllowCode } from '../allow-code.ts';
import { asAslError } from '../as-asl-error.ts';
import { withCommonOptions } from '../common-options.ts';
import { folderPath, wholeNumber } from '../parse-option.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { runUntilStopped } from './run-until-stopped.ts';

interface Options extends AllowCodeOption {
  readonly url: string;
  readonly slots: number;
  readonly data?: string;
  readonly log?: string;
  readonly once?: true;
}

/** `asl worker`. */
export function addWorkerCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('worker')
    .description('run trials for the searches of other machines, which are found in Redis or Valkey (executor: bullmq)')
    .option(
      '--url <address>',
      "redis://host:port, rediss:// for TLS; '$NAME' for an environment variable that holds it with its password",
      '$ASL_REDIS',
    )
    .option('--slots <number>', 'trials at a time, one thread each', wholeNumber(1), availableParallelism())
    .option('--data <folder>', "the root of this machine's data, in place of that in the searches' configs", folderPath)
    .option('--log <file>', 'keep what the processes of the trials print')
    .option('--once', 'end with the first search; exit 3 where this machine cannot work for it');
  withCommonOptions(withAllowCode(command)).action(async (options: Options) => {
    const { work } = await import('@auto-seg-loss/runtime');
    const { url, slots, data, log, once, allowCode } = options;
    const display = { note: (line: string) => terminal.log(line), stop: () => {} };
    await runUntilStopped(display, async (signal, stopped) => {
      await work({
        url,
        slots,
        ...(data === undefined ? {} : { data }),
        ...(log === undefined ? {} : { log }),
        once: once === true,
        allowCode: allowCode === true,
        onNotice: (message) => terminal.log(message),
        onRefused: (error) => terminal.fail(asAslError(error), error),
        signal,
      });
      if (signal.aborted) throw stopped();
    });
  });
}
