import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { describe, expect, test } from 'vitest';

// What those who install the packages would stumble over: files that are not packed, types that do not resolve.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly license?: string;
  readonly description?: string;
  readonly exports?: unknown;
}
const manifestIn = (folder: string) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
const folders = ['packages', 'plugins']
  .flatMap((parent) => readdirSync(join(ROOT, parent)).map((name) => join(ROOT, parent, name)))
  .filter((folder) => existsSync(join(folder, 'package.json')) && manifestIn(folder).private !== true);

describe.each(folders.map((folder) => [manifestIn(folder).name, folder] as const))('%s', (_name, folder) => {
  test('publint finds nothing', async () => {
    const manifest = manifestIn(folder);
    const { messages } = await publint({ pkgDir: folder, level: 'warning', strict: true, pack: 'npm' });
    const said = messages.map((message) => formatMessage(message, manifest));
    // What `asl new` copies becomes the root of a package of its own.
    expect(said.filter((each) => !each?.startsWith('./templates/'))).toEqual([]);
    expect(manifest.license).toBe('Apache-2.0');
    expect(manifest.description).toMatch(/\.$/);
  });

  test.skipIf(manifestIn(folder).exports === undefined)('its types resolve', async () => {
    const attw = join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    const { stdout } = await run(process.execPath, [attw, '--pack', folder, '--profile', 'esm-only', '--no-emoji'], {
      cwd: folder,
    }).catch((error: { stdout: string }) => ({ stdout: `failed\n${error.stdout}` }));
    expect(stdout).not.toMatch(/^failed/);
  });
});
