import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AslError } from '@auto-seg-loss/kernel';

const TYPESCRIPT = new Set(['.ts', '.mts', '.cts']);

/**
 * Imports a module file of the user's.
 * @param where the config path that names it, for messages.
 * @param typescript whether .ts files may be imported; by default, whether this process can.
 * @throws AslError ASL_PLUGIN_INVALID for TypeScript where it cannot be run; what the module throws, as it is.
 */
export async function importModule(
  file: string,
  where: string,
  typescript: boolean = runsTypeScript(),
): Promise<Readonly<Record<string, unknown>>> {
  if (TYPESCRIPT.has(extname(file)) && !typescript) {
    throw new AslError('ASL_PLUGIN_INVALID', `this Node (${process.version}) does not run TypeScript files`, {
      where: `${where}: ${file}`,
      expected: 'a JavaScript file (.js, .mjs), or Node 22.18 or later, which strips types',
      received: extname(file),
      remedy: 'compile the file and name the .js file instead, or use a newer Node',
    });
  }
  return (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
}

/** Node says since 22.10 whether it strips types; and where this file itself runs as TypeScript, others can. */
function runsTypeScript(): boolean {
  return Boolean((process.features as { typescript?: unknown }).typescript) || import.meta.url.endsWith('.ts');
}
