import { AslError, aslCommand } from '@auto-seg-loss/kernel';
import { Argument, type Command } from 'commander';
import { withCommonOptions } from '../common-options.ts';
import { createPlugin, TEMPLATE_KINDS, type TemplateKind } from '../new/create-plugin.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** As `definePlugin` has them. */
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** `asl new`. */
export function addNewCommand(program: Command, terminal: Terminal): void {
  withCommonOptions(program.command('new'))
    .description('begin a plugin: a folder that builds, passes asl verify, and can be named in a config by its path')
    .addArgument(new Argument('<kind>', 'what it is').choices(TEMPLATE_KINDS))
    .argument('<name>', 'lower case words joined by dashes; the folder is <kind>-<name>')
    .option('--in <folder>', 'where to make the folder', '.')
    .action(async (kind: TemplateKind, name: string, options: { readonly in: string }) => {
      if (!NAME.test(name)) throw wrongName(name);
      const { folder, files } = await createPlugin({ kind, name, parent: options.in });
      terminal.result({ folder, files }, () =>
        [
          `${folder}`,
          ...files.map((file) => `  ${file}`),
          '',
          `next  ${aslCommand('verify', `./${folder}`)}`,
          kind === 'loss'
            ? `      ${aslCommand('compare', '--losses', './,cross-entropy', `${folder}/search.json`)}`
            : `      ${aslCommand('search', `${folder}/search.json`)}`,
        ].join('\n'),
      );
    });
}

function wrongName(name: string): AslError {
  const proposal = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '');
  return new AslError('ASL_USAGE', `"${name}" is no plugin name`, {
    where: 'asl new <kind> <name>',
    expected: 'lower case words joined by dashes, such as "boundary-iou"',
    received: `"${name}"`,
    ...(NAME.test(proposal) ? { remedy: `Did you mean "${proposal}"?` } : {}),
  });
}
