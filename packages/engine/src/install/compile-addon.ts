import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';
import { hashFile, runCommand, type Tool } from '@auto-seg-loss/wheels';
import type { Addon } from './addon-sources.ts';
import type { InstalledFile } from './engine-manifest.ts';

const require = createRequire(import.meta.url);

/**
 * Compiles an addon into a folder. It finds the library relative to itself, so the cache folder may be moved.
 * @param library the folder of the TensorFlow library and its headers.
 * @param runPath the same, relative to the folder the addon will be in.
 * @throws AslError ASL_ENGINE_INSTALL.
 */
export async function compileAddon(
  addon: Addon,
  compiler: Tool,
  library: string,
  runPath: string,
  folder: string,
): Promise<InstalledFile> {
  const headers: unknown = require('node-api-headers');
  const nodeHeaders = (headers as { readonly include_dir: string }).include_dir;
  const target = join(folder, addon.file);
  const [program = '', ...first] = compiler.command;
  const { code, output } = await runCommand(program, [
    ...first,
    ...addon.flags,
    ...[...addon.includeDirs, join(library, 'include'), nodeHeaders].map((path) => `-I${path}`),
    ...addon.sources,
    '-o',
    target,
    `-L${library}`,
    ...addon.libraries.map((name) => `-l:${name}`),
    `-Wl,-rpath,$ORIGIN/${runPath}`,
  ]);
  if (code !== 0) {
    throw new AslError('ASL_ENGINE_INSTALL', `${addon.file} could not be compiled`, {
      where: addon.sources[0] ?? addon.file,
      output: output.trim().split('\n').slice(0, 12).join('\n'),
      remedy: /No space left/i.test(output)
        ? 'free some space, or set ASL_CACHE_DIR to a folder on a larger disk'
        : `a compiler with C++17 is needed (${compiler.version}); set CXX to another one and run it again`,
    });
  }
  return { path: addon.file, bytes: (await stat(target)).size, sha256: hashFile(target) };
}
