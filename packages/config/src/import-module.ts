import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';

const TYPESCRIPT = new Set(['.ts', '.mts', '.cts']);

/** Run from its TypeScript sources (as in tests), this process can import TypeScript itself. */
const FROM_SOURCES = import.meta.url.endsWith('.ts');

/**
 * Imports a module file of the user's. TypeScript is translated as it is read: Node 20 cannot, and later ones refuse to
 * inside of node_modules. Types are not checked.
 * @throws what the module throws, as it is.
 */
export async function importModule(file: string): Promise<Readonly<Record<string, unknown>>> {
  if (TYPESCRIPT.has(extname(file)) && !FROM_SOURCES) {
    const { createJiti } = await import('jiti');
    // No cache on the disk: it would stand in other people's temporary folders.
    const jiti = createJiti(import.meta.url, { fsCache: false, interopDefault: false });
    return jiti.import(file);
  }
  return (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
}
