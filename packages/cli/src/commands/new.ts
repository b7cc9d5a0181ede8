import { isAbsolute } from 'node:path';
import { AslError, aslCommand, shellCommand } from '@auto-seg-loss/kernel';
import { Argument, type Command } from 'commander';
import { withCommonOptions } from '../common-options.ts';
import { createPlugin, TEMPLATE_KINDS, type TemplateKind } from '../new/create-plugin.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** As `definePlugin` has them. */
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

interface Options {
  readonly in: string;
  readonly packages?: string;
}

/** `asl new`. */
export function addNewCommand(program: Command, terminal: Terminal): void {
  withCommonOptions(program.command('new'))
    .description('begin a plugin: a folder that builds, passes asl verify, and can be named in a config by its path')
    .addArgument(new Argument('<kind>', 'what it is').choices(TEMPLATE_KINDS))
    .argument('<name>', 'lower case words joined by dashes; the folder is <kind>-<name>')
    .option('--in <folder>', 'where to make the folder', '.')
    .option(
      '--packages <folder>',
      "where Auto Seg-Loss's own packages lie packed (npm run packages): for a folder in no project that has them",
    )
    .action(async (kind: TemplateKind, name: string, options: Options) => {
      if (!NAME.test(name)) throw wrongName(name);
      const { in: parent, packages } = options;
      const created = await createPlugin({ kind, name, parent, ...(packages === undefined ? {} : { packages }) });
      const { folder, files, inProject } = created;
      const next = inProject ? tries(kind, folder) : [...installs(folder), ...tries(kind, '.')];
      terminal.result({ folder, files, next }, () =>
        [
          folder,
          ...files.map((file) => `  ${file}`),
          '',
          ...next.map((command, index) => `${index === 0 ? 'next' : '    '}  ${command}`),
        ].join('\n'),
      );
    });
}

/** What makes a project of a folder that lies in none. */
function installs(folder: string): readonly string[] {
  return [shellCommand('cd', folder), 'npm install', 'npm run build'];
}

/** What a plugin is tried with. @param folder of it, from where the commands are run. */
function tries(kind: TemplateKind, folder: string): readonly string[] {
  const config = folder === '.' ? 'search.json' : `${folder}/search.json`;
  return [aslCommand('verify', folder === '.' || isAbsolute(folder) ? folder : `./${folder}`), use(kind, config)];
}

/** What it is used by in its own config. */
function use(kind: TemplateKind, config: string): string {
  if (kind === 'loss') return aslCommand('compare', '--losses', './,cross-entropy', config);
  return kind === 'decoder' ? aslCommand('compare', '--losses', 'cross-entropy', config) : aslCommand('search', config);
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
