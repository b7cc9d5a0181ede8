import { AslError, isAslError, type PluginKind } from '@auto-seg-loss/kernel';
import type { PluginLocation } from './plugin-location.ts';
import { placeInStack } from './stack-place.ts';

/** A plugin, as messages name it. */
export interface Origin {
  readonly kind: PluginKind;
  readonly name: string;
  readonly location: PluginLocation;
  /** The config path, option or file that names it. */
  readonly where: string;
}

/** What the machine lacks is no fault of the plugin that asked for it. */
const OF_THE_MACHINE: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'ENOMEM'];

/**
 * What a plugin's code threw, as an error that names it, its file and line. What says already what is wrong (AslErrors) stays as
 * it is, and so does what the operating system says of disk, memory and file handles.
 * @param doing the method, such as `score`.
 */
export function pluginFailed(error: unknown, doing: string, origin: Origin): unknown {
  if (isAslError(error) || OF_THE_MACHINE.includes((error as { readonly code?: unknown } | null)?.code)) return error;
  const { kind, name, location, where } = origin;
  const [first = ''] = showThrown(error).split('\n');
  return new AslError('ASL_PLUGIN_FAILED', `the ${kind} "${name}" failed in ${doing}: ${first}`, {
    where: `${where}: ${placeInStack(error, location) ?? location.file}`,
    remedy: remedyFor(origin),
    cause: error,
  });
}

/** A result that a plugin's code must not give. */
export function wrongResult(expected: string, received: unknown, doing: string, origin: Origin): AslError {
  const { kind, name, location, where } = origin;
  return new AslError('ASL_PLUGIN_FAILED', `the ${kind} "${name}" gave what is none of its results in ${doing}`, {
    where: `${where}: ${location.file}`,
    expected,
    received: received === null ? 'null' : typeof received,
    remedy: remedyFor(origin),
  });
}

function showThrown(error: unknown): string {
  if (error instanceof Error) return `${error.name}: ${error.message}`;
  return typeof error === 'string' ? JSON.stringify(error) : String(error);
}

function remedyFor({ location }: Origin): string {
  return location.package?.manifest.name?.startsWith('@auto-seg-loss/')
    ? "this plugin comes with this program: report the message and the config to the project's issue tracker"
    : 'mend the plugin, or ask its author to; asl verify tries its laws';
}
