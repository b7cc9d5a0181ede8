import type { CommandWords } from './command-words.ts';

/** What lets zsh run bash's completion functions. */
const ZSH = [
  '(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }',
  'autoload -Uz bashcompinit && bashcompinit',
  '',
].join('\n');

/**
 * Completion for bash: commands, options, values where there is a choice, and files everywhere else.
 * @param zsh for zsh, which runs bash's functions.
 */
export function bashScript(
  commands: readonly CommandWords[],
  { zsh = false }: { readonly zsh?: boolean } = {},
): string {
  const paths = commands.flatMap(({ path }) => (path === '' ? [] : [`'${path}'`]));
  return `${zsh ? ZSH : ''}_asl() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
  local at='' words='' flags='' index next
  for ((index = 1; index < COMP_CWORD; index++)); do
    next="$at\${at:+ }\${COMP_WORDS[index]}"
    case "$next" in ${paths.join('|')}) at="$next" ;; *) break ;; esac
  done
  case "$at|$before" in
${valueCases(commands)}
    *)
      case "$at" in
${wordCases(commands)}
      esac
      if [[ "$current" == -* ]]; then words="$flags"; elif ((index < COMP_CWORD)); then words=''; fi
      ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _asl asl
`;
}

/** What follows an option that takes a value; nothing where that may be anything, so that files are proposed. */
function valueCases(commands: readonly CommandWords[]): string {
  const cases = commands.flatMap(({ path, options }) =>
    options.flatMap(({ flags, choices, takesValue }) =>
      takesValue ? flags.map((flag) => `    '${path}|${flag}') words='${choices.join(' ')}' ;;`) : [],
    ),
  );
  return cases.join('\n');
}

/** The words that follow a command, and its options. */
function wordCases(commands: readonly CommandWords[]): string {
  const cases = commands.map(({ path, subcommands, options, choices }) => {
    const words = [...subcommands.map(({ name }) => name), ...choices];
    return `        '${path}') words='${words.join(' ')}' flags='${options.flatMap(({ flags }) => flags).join(' ')}' ;;`;
  });
  return cases.join('\n');
}
