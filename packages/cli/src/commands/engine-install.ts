import type { Command } from 'commander';
import { withCommonOptions } from '../common-options.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { watchInstallation } from './watch-installation.ts';

interface Options {
  readonly gpu?: true;
  readonly force?: true;
}

/** `asl engine install`. */
export function addEngineCommands(program: Command, terminal: Terminal): void {
  const engine = program.command('engine').description('the native TensorFlow engine');
  withCommonOptions(engine.command('install'))
    .description(
      'download the TensorFlow library into the cache and build its binding; does nothing where that is done',
    )
    .option('--gpu', 'the build for NVIDIA GPUs (CUDA 12, Linux on x64); not run on a GPU yet')
    .option('--force', 'install again what is there')
    .action(async ({ gpu, force }: Options) => {
      const installed = await watchInstallation(terminal, { gpu: gpu === true, force: force === true });
      terminal.result(installed, () =>
        [
          installed.alreadyInstalled ? 'The engine is installed already.' : 'The engine is installed.',
          `TensorFlow ${installed.libraryVersion} for ${installed.gpu ? 'GPU' : 'CPU'} in ${installed.path}`,
          ...(installed.gpu ? ['This build was not run on a GPU yet: please tell the project what you find.'] : []),
        ].join('\n'),
      );
    });
}
