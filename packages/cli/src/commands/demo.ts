import { relative } from 'node:path';
import { isAslError } from '@auto-seg-loss/kernel';
import type { Command } from 'commander';
import { withCommonOptions } from '../common-options.ts';
import { comparisonTable } from '../report/comparison-table.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { readConfig } from '../with-config.ts';
import { checkAllTrained } from './compare.ts';
import { watchInstallation } from './watch-installation.ts';
import { finishedSearchJson, finishedSearchText, watchSearch } from './watch-search.ts';
import { watchTrainings } from './watch-trainings.ts';

interface Options {
  readonly config: string;
  readonly wasmConfig: string;
}

const RIVAL = 'cross-entropy';

/** `asl demo`: from nothing to a table in which a found loss stands beside cross-entropy. */
export function addDemoCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('demo')
    .description('install the engine, search a loss, and compare it with cross-entropy')
    .requiredOption('--config <file>', 'what to search')
    .requiredOption('--wasm-config <file>', 'a smaller search, for machines where the engine cannot be installed');
  withCommonOptions(command).action(async ({ config, wasmConfig }: Options) => {
    const native = await hasEngine(terminal);
    const engine = native ? 'native' : 'wasm';
    const loaded = await readConfig(native ? config : wasmConfig, { engine }, terminal);
    const { compare, nextRunFolder, search } = await import('@auto-seg-loss/runtime');

    terminal.logText(`\n1. Searching a loss, as ${native ? config : wasmConfig} says`);
    const out = await nextRunFolder(process.cwd(), 'demo');
    const searched = await watchSearch(terminal, (watched) => search(loaded, { ...watched, engine, out }));
    const { found, failure } = searched.result;
    if (found === undefined) throw failure ?? new TypeError('a finished search has found a loss, or says why not');
    if (!terminal.json) terminal.logText(finishedSearchText(searched, terminal));

    terminal.logText(
      `\n2. Training networks with it and with ${RIVAL}, and comparing them on images that neither has seen`,
    );
    const losses = [RIVAL, relative(process.cwd(), found.path)];
    const compared = await watchTrainings(terminal, undefined, (watched) =>
      compare(loaded, { ...watched, engine, losses }),
    );
    const json = { engine, search: finishedSearchJson(searched), comparison: compared };
    terminal.result(json, () => comparisonTable(compared, terminal.colors.green, loaded.config.training.scoring));
    checkAllTrained(compared);
  });
}

/** Installs the engine where that is possible, and says what follows where it is not. */
async function hasEngine(terminal: Terminal): Promise<boolean> {
  try {
    await watchInstallation(terminal, {});
    return true;
  } catch (error) {
    if (!isAslError(error) || error.code !== 'ASL_ENGINE_INSTALL') throw error;
    terminal.logText(error.format());
    terminal.log('Going on with WebAssembly, which is many times slower, and with a smaller task.');
    return false;
  }
}
