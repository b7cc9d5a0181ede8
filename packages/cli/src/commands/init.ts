import { rm, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { loadConfig } from '@auto-seg-loss/config';
import { AslError, aslCommand } from '@auto-seg-loss/kernel';
import type { Command } from 'commander';
import { withCommonOptions } from '../common-options.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** The name that a config is found by. */
const CONFIG = 'asl.config.json';

/** `asl init`. */
export function addInitCommand(program: Command, terminal: Terminal): void {
  withCommonOptions(program.command('init'))
    .description('look at a folder of images and labels, and write a config for it')
    .argument('<folder>', 'the folder of the data')
    .option('--out <file>', 'where to write the config', CONFIG)
    .action(async (folder: string, { out }: { readonly out: string }) => {
      await refuseToOverwrite(out);
      // Other commands start sooner without what decodes images.
      const { makeConfig } = await import('../init/make-config.ts');
      const { config, notes } = await makeConfig(folder, out);
      const file = resolve(out);
      await writeFile(file, `${JSON.stringify(config, null, 2)}\n`, { flag: 'wx' });
      await openDataset(file).catch(async (error: unknown) => {
        await rm(file, { force: true });
        throw error;
      });
      const name = out === CONFIG ? [] : [out];
      terminal.result({ config: file, notes }, () =>
        [
          ...notes,
          '',
          `config  ${out}`,
          `next    ${aslCommand('data', ...name)}`,
          `        ${aslCommand('search', ...name)}`,
        ].join('\n'),
      );
    });
}

async function refuseToOverwrite(file: string): Promise<void> {
  if ((await stat(file).catch(() => undefined)) === undefined) return;
  throw new AslError('ASL_USAGE', 'the config is there already', {
    where: file,
    expected: 'a file that is not there yet',
    received: 'a file',
    remedy: 'move it away, or write another one: --out <file>',
  });
}

/** A config that names what is not there is found out now, not in the search. */
async function openDataset(file: string): Promise<void> {
  const { assembleRun, pluginContext } = await import('@auto-seg-loss/runtime');
  const loaded = await loadConfig({ cwd: process.cwd(), file });
  const run = await assembleRun(loaded.config, pluginContext(loaded.baseDir, loaded));
  try {
    await run.dataset;
  } finally {
    await run.dispose();
  }
}
