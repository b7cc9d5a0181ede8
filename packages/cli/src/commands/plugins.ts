import { PLUGIN_KINDS, type PluginKind } from '@auto-seg-loss/kernel';
import type { OptionInfo, PluginInfo } from '@auto-seg-loss/runtime';
import { Argument, type Command } from 'commander';
import { withCommonOptions } from '../common-options.ts';
import { alignColumns } from '../terminal/columns.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Columns that long types of single options do not widen. */
const WIDEST = 48;

/** `asl plugins [kind]`. */
export function addPluginsCommand(program: Command, terminal: Terminal): void {
  withCommonOptions(program.command('plugins'))
    .description('list the installed plugins with their options')
    .addArgument(new Argument('[kind]', 'only plugins of this kind').choices(PLUGIN_KINDS))
    .action(async (kind: PluginKind | undefined) => {
      const { listPlugins } = await import('@auto-seg-loss/runtime');
      const { plugins, broken } = await listPlugins(process.cwd());
      const shown = plugins.filter((plugin) => kind === undefined || plugin.kind === kind);
      terminal.result({ plugins: shown, broken }, () => describePlugins(shown, terminal));
      for (const { package: name, version, problem } of broken) {
        terminal.logText(`${name} ${version} is declared as a plugin but does not work:\n${problem}`);
      }
    });
}

function describePlugins(plugins: readonly PluginInfo[], { colors }: Terminal): string {
  const kinds = [...new Set(plugins.map(({ kind }) => kind))];
  const sections = kinds.map((kind) => {
    const entries = plugins.filter((plugin) => plugin.kind === kind).map((plugin) => describePlugin(plugin, colors));
    return [colors.bold(kind), ...entries].join('\n');
  });
  return sections.length === 0 ? 'No plugins are installed.' : sections.join('\n\n');
}

function describePlugin(plugin: PluginInfo, colors: Terminal['colors']): string {
  const rows = optionRows(plugin.options, '      ', colors);
  const head = `  ${colors.cyan(plugin.name)}  ${plugin.summary}  ${colors.dim(`${plugin.package} ${plugin.version}`)}`;
  return [head, ...alignColumns(rows, WIDEST)].join('\n');
}

/** A row for each option; those of an object stand below it, further in. */
function optionRows(
  options: readonly OptionInfo[],
  indent: string,
  colors: Terminal['colors'],
): readonly (readonly string[])[] {
  return options.flatMap(({ name, type, default: value, description, required, options: within = [] }) => [
    [
      `${indent}${name}`,
      required && value === undefined
        ? `${type}, required`
        : `${type}${value === undefined ? '' : `, default ${JSON.stringify(value)}`}`,
      colors.dim(description ?? ''),
    ],
    ...optionRows(within, `${indent}  `, colors),
  ]);
}
