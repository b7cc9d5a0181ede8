import type { Command } from 'commander';
import { withCommonOptions } from '../common-options.ts';
import { createByteProgress } from '../terminal/byte-progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { listedWeightsText } from '../weights/listed-weights-text.ts';
import { shownWeightsText } from '../weights/shown-weights-text.ts';
import { viewOfWeights } from '../weights/view-of-weights.ts';

/** `asl weights list`, `asl weights install NAME`, `asl weights show FILE`. */
export function addWeightsCommands(program: Command, terminal: Terminal): void {
  const weights = program.command('weights').description('weights that others trained: getting them, looking at them');
  addList(weights, terminal);
  addInstall(weights, terminal);
  addShow(weights, terminal);
}

function addList(weights: Command, terminal: Terminal): void {
  withCommonOptions(weights.command('list'))
    .description('list the weights that can be installed, and where others come from, with their licences')
    .action(async () => {
      const { ELSEWHERE, listWeights } = await import('@auto-seg-loss/weights');
      const installable = listWeights();
      terminal.result({ installable, elsewhere: ELSEWHERE }, () => listedWeightsText(installable, ELSEWHERE));
    });
}

function addInstall(weights: Command, terminal: Terminal): void {
  withCommonOptions(weights.command('install'))
    .description('download weights into the cache, checked by their SHA-256; does nothing where that is done')
    .argument('<name>', 'as "asl weights list" has it')
    .option('--force', 'install again what is there')
    .action(async (name: string, { force }: { readonly force?: true }) => {
      const { installWeights } = await import('@auto-seg-loss/weights');
      const progress = createByteProgress(terminal);
      try {
        const installed = await installWeights(name, {
          force: force === true,
          onProgress: (step) => progress.update(step),
        });
        terminal.result(installed, () =>
          [
            installed.alreadyInstalled ? 'The weights are installed already.' : 'The weights are installed.',
            `${name} (${installed.licence}) in ${installed.path}`,
          ].join('\n'),
        );
      } finally {
        progress.stop();
      }
    });
}

function addShow(weights: Command, terminal: Terminal): void {
  withCommonOptions(weights.command('show'))
    .description('say what is in a file of weights: its tensors, whose names they have, which backbone they are of')
    .argument('<file>', 'safetensors or a .pth of PyTorch, of which nothing is run; or the name of installed weights')
    .action(async (file: string) => {
      const { openWeights, recognizeBackbone } = await import('@auto-seg-loss/weights');
      const opened = await openWeights(file);
      const view = viewOfWeights(file, opened, recognizeBackbone(opened.stateDict)?.report);
      terminal.result(view, () => shownWeightsText(view));
    });
}
