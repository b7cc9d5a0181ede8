import type { LoadedConfig } from '@auto-seg-loss/config';
import type { Command } from 'commander';
import { nameList } from './parse-option.ts';

/** What `withDecode` reads. */
export interface DecodeOption {
  readonly decode?: readonly string[];
}

/** The option of the commands that score networks which they train. */
export function withDecode(command: Command): Command {
  return command.option(
    '--decode <decoders>',
    "what decides the class of each pixel, joined by commas: argmax,rank; each network is scored with each (default: the config's decode)",
    nameList,
  );
}

/** A config with the decoders that the command line names, each with the options that the config has for it. */
export function decodedBy(loaded: LoadedConfig, { decode }: DecodeOption): LoadedConfig {
  if (decode === undefined) return loaded;
  const { config } = loaded;
  const chosen = decode.flatMap((name) => {
    const own = config.decode.filter(({ use }) => use === name);
    return own.length === 0 ? [{ use: name }] : own;
  });
  return { ...loaded, config: { ...config, decode: chosen } };
}
