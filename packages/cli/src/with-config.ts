import { type LoadedConfig, loadConfig } from '@auto-seg-loss/config';
import { type Command, Option } from 'commander';
import { type AllowCodeOption, withAllowCode } from './allow-code.ts';
import { collected, wholeNumber } from './parse-option.ts';
import type { Terminal } from './terminal/terminal.ts';

/** What `withConfig` reads from the command line. */
export interface ConfigOptions extends AllowCodeOption {
  readonly set?: readonly string[];
  readonly engine: 'auto' | 'native' | 'wasm';
  readonly workers?: number;
}

const FOUND = 'by default asl.config.json or the like, here or above in the project';

/** The argument and the options of the commands that take a config. */
export function withConfig(command: Command): Command {
  return withConfigOptions(command.argument('[config]', `the config file; ${FOUND}`));
}

/** The same of a command that takes several. */
export function withConfigs(command: Command): Command {
  return withConfigOptions(command.argument('[configs...]', `config files, or folders of them; ${FOUND}`));
}

function withConfigOptions(command: Command): Command {
  const configured = withAllowCode(command).option(
    '--set <key=value>',
    'set a field of the config, such as searcher.rounds=4; may be repeated',
    collected,
  );
  return withMachine(configured);
}

/** The options of the commands that train. */
export function withMachine(command: Command): Command {
  return command
    .option('--workers <number>', 'worker processes, one thread each (default: a worker a core)', wholeNumber(1))
    .addOption(
      new Option('--engine <name>', 'what computes')
        .choices(['auto', 'native', 'wasm'])
        .default('auto', 'native if installed'),
    );
}

/** Reads the config that the command line names; says what a person should know of how it came about. */
export async function readConfig(
  file: string | undefined,
  { set = [], allowCode, workers }: ConfigOptions,
  terminal: Terminal,
): Promise<LoadedConfig> {
  const { knownOptions, pluginProblems } = await import('@auto-seg-loss/runtime');
  const loaded = await loadConfig({
    pluginProblems,
    pluginOptions: knownOptions,
    cwd: process.cwd(),
    set: workers === undefined ? set : [...set, `workers=${workers}`],
    allowCode: allowCode === true,
    ...(file === undefined ? {} : { file }),
  });
  for (const note of loaded.notes) terminal.log(note);
  return loaded;
}
