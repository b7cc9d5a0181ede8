import type { CommandWords } from './command-words.ts';

/** Completion for fish: commands and options with what they do, values where there is a choice, and files everywhere else. */
export function fishScript(commands: readonly CommandWords[]): string {
  return [...commands.flatMap(linesOf), ''].join('\n');
}

function linesOf({ path, subcommands, options, choices }: CommandWords): readonly string[] {
  const begin = `complete -c asl -n ${quoted(
    condition(
      path,
      subcommands.map(({ name }) => name),
    ),
  )}`;
  const here = `complete -c asl -n ${quoted(seen(path))}`;
  return [
    ...subcommands.map(({ name, summary }) => `${begin} -f -a ${name} -d ${quoted(summary)}`),
    ...choices.map((choice) => `${here} -a ${choice}`),
    ...options.map(({ flags, summary, takesValue, choices: values }) => {
      const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
      const value = values.length > 0 ? ['-x', '-a', quoted(values.join(' '))] : takesValue ? ['-r'] : [];
      return [here, ...names, ...value, '-d', quoted(summary)].join(' ');
    }),
  ];
}

/** Whether the command line is at a path, and none of the commands below it was said yet. */
function condition(path: string, below: readonly string[]): string {
  if (path === '') return seen(path);
  return `${seen(path)}; and not __fish_seen_subcommand_from ${below.join(' ')}`;
}

function seen(path: string): string {
  if (path === '') return '__fish_use_subcommand';
  return path
    .split(' ')
    .map((name) => `__fish_seen_subcommand_from ${name}`)
    .join('; and ');
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
