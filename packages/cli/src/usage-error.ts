import { didYouMean } from '@auto-seg-loss/config';
import { AslError } from '@auto-seg-loss/kernel';
import type { Command, CommanderError } from 'commander';

/** The command that the arguments name, as far as they do, and its name as typed. */
function namedCommand(program: Command, args: readonly string[]): Command {
  let command = program;
  for (const arg of args) {
    const next = command.commands.find((candidate) => candidate.name() === arg);
    if (next === undefined) break;
    command = next;
  }
  return command;
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}

/** Turns what commander says about a command line into a message like all others. */
export function usageError(error: CommanderError, program: Command, args: readonly string[]): AslError {
  const command = namedCommand(program, args);
  const remedy = `${fullName(command)} --help`;
  const names = command.commands.map((candidate) => candidate.name());
  if (error.code === 'commander.help') {
    return new AslError('ASL_USAGE', 'a command is missing', { expected: `one of: ${names.join(', ')}`, remedy });
  }
  const message = error.message.replace(/^error: /, '');
  const unknown = /^unknown command '([^']+)'/.exec(message)?.[1];
  if (unknown !== undefined) {
    const near = didYouMean(unknown, names);
    return new AslError('ASL_USAGE', `"${unknown}" is no command`, {
      expected: `one of: ${names.join(', ')}`,
      received: `"${unknown}"`,
      remedy: near === undefined ? remedy : near,
    });
  }
  // Commander puts its proposal on a line of its own: "(Did you mean --json?)".
  const [first, ...rest] = message.split('\n');
  const proposal = rest.join(' ').replace(/^\(|\)$/g, '');
  return new AslError('ASL_USAGE', first ?? message, {
    where: fullName(command),
    remedy: proposal === '' ? remedy : `${proposal} See ${remedy}`,
  });
}
