import { AslError, aslCommand } from '@auto-seg-loss/kernel';
import { didYouMean } from '@auto-seg-loss/schema';
import type { Command, CommanderError } from 'commander';

/** The command that the arguments name, as far as they do. */
export function namedCommand(program: Command, args: readonly string[]): Command {
  let command = program;
  for (const arg of args) {
    const next = command.commands.find((candidate) => candidate.name() === arg);
    if (next === undefined) break;
    command = next;
  }
  return command;
}

/** From the program's own on: `['asl', 'engine', 'install']`. */
function namesOf(command: Command): readonly string[] {
  return [...(command.parent === null ? [] : namesOf(command.parent)), command.name()];
}

/** Turns what commander says about a command line into a message like all others. */
export function usageError(error: CommanderError, program: Command, args: readonly string[]): AslError {
  const command = namedCommand(program, args);
  const remedy = aslCommand(...namesOf(command).slice(1), '--help');
  const names = command.commands.map((candidate) => candidate.name());
  const message = error.message.replace(/^error: /, '');
  const unknown = /^unknown command '([^']+)'/.exec(message)?.[1];
  if (unknown !== undefined) return unknownName(`"${unknown}" is no command`, unknown, names, remedy);
  const [, value, choices] = /'([^']*)' is invalid.* Allowed choices are (.*)\.$/.exec(message) ?? [];
  if (value !== undefined && choices !== undefined) {
    const what = message.slice(0, message.indexOf('. Allowed'));
    return unknownName(what, value, choices.split(', '), remedy);
  }
  // Commander puts its proposal on a line of its own: "(Did you mean --json?)".
  const [first, ...rest] = message.split('\n');
  const proposal = rest.join(' ').replace(/^\(|\)$/g, '');
  return new AslError('ASL_USAGE', first ?? message, {
    where: namesOf(command).join(' '),
    remedy: proposal === '' ? remedy : `${proposal} See ${remedy}`,
  });
}

function unknownName(message: string, name: string, known: readonly string[], remedy: string): AslError {
  return new AslError('ASL_USAGE', message, {
    expected: `one of: ${known.join(', ')}`,
    received: `"${name}"`,
    remedy: didYouMean(name, known) ?? remedy,
  });
}
