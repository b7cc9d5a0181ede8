import type { Command } from 'commander';

/** What may follow a command's name. */
export interface CommandWords {
  /** As typed after `asl`: `search`, `engine install`; '' for `asl` itself. */
  readonly path: string;
  readonly summary: string;
  readonly subcommands: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly OptionWords[];
  /** Values of its first argument, where there is a choice. */
  readonly choices: readonly string[];
}

export interface OptionWords {
  /** With the dashes. */
  readonly flags: readonly string[];
  readonly summary: string;
  readonly takesValue: boolean;
  /** Its values, where there is a choice. */
  readonly choices: readonly string[];
}

/** The words of a command and of all below it, each before those below it. */
export function commandWords(command: Command, path: readonly string[] = []): readonly CommandWords[] {
  const help = command.createHelp();
  const subcommands = help.visibleCommands(command);
  const words: CommandWords = {
    path: path.join(' '),
    summary: command.description(),
    subcommands: subcommands.map((each) => ({ name: each.name(), summary: each.description() })),
    options: help.visibleOptions(command).map((option) => ({
      flags: [option.long, option.short].filter((flag) => flag !== undefined),
      summary: option.description,
      takesValue: option.required || option.optional,
      choices: option.argChoices ?? [],
    })),
    choices: command.registeredArguments[0]?.argChoices ?? [],
  };
  return [words, ...subcommands.flatMap((each) => commandWords(each, [...path, each.name()]))];
}
