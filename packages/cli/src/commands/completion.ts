import { Argument, type Command } from 'commander';
import { withCommonOptions } from '../common-options.ts';
import { bashScript } from '../completion/bash-script.ts';
import { commandWords } from '../completion/command-words.ts';
import { fishScript } from '../completion/fish-script.ts';
import type { Terminal } from '../terminal/terminal.ts';

type Shell = 'bash' | 'zsh' | 'fish';

/** `asl completion`. Comes last: it completes the commands that `program` has by then. */
export function addCompletionCommand(program: Command, terminal: Terminal): void {
  withCommonOptions(program.command('completion'))
    .description('print a script that completes asl in a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      [
        '',
        'bash, in ~/.bashrc:                    source <(asl completion bash)',
        'zsh, in ~/.zshrc:                      source <(asl completion zsh)',
        'fish, once:                            asl completion fish > ~/.config/fish/completions/asl.fish',
        "where asl is a project's own, before:  alias asl='npx --no-install asl'",
      ].join('\n'),
    )
    .action((shell: Shell) => {
      const words = commandWords(program);
      const script = shell === 'fish' ? fishScript(words) : bashScript(words, { zsh: shell === 'zsh' });
      terminal.result({ shell, script }, () => script.trimEnd());
    });
}
