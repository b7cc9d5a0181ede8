import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const SCOPE = '@auto-seg-loss';

/**
 * Builds an earlier state of this repository in an empty folder. What it needs of others is taken from this installation.
 * @returns why that cannot be; undefined if it was done.
 * @throws Error with what the build said, if it failed.
 */
export function buildBaseline(commit: string, folder: string): string | undefined {
  const found = spawnSync('git', ['-C', ROOT, 'rev-parse', '--verify', '--quiet', `${commit}^{commit}`]);
  if (found.status !== 0) return `there is no commit ${commit}: this is no clone with its history`;
  const archive = join(folder, 'baseline.tar');
  run('git', ['-C', ROOT, 'archive', '--format=tar', `--output=${archive}`, commit]);
  run('tar', ['-xf', archive, '-C', folder]);
  linkModules(ROOT, folder);
  for (const group of ['packages', 'plugins']) {
    for (const name of readdirSync(join(folder, group))) linkPackage(folder, join(folder, group, name));
  }
  run(join(ROOT, 'node_modules/.bin/tsc'), ['-b'], folder);
  return undefined;
}

/** Links everything in a folder's node_modules but this repository's own packages. */
function linkModules(from: string, to: string): void {
  const modules = join(from, 'node_modules');
  if (!existsSync(modules)) return;
  mkdirSync(join(to, 'node_modules', SCOPE), { recursive: true });
  for (const name of readdirSync(modules)) {
    if (name !== SCOPE) symlinkSync(join(modules, name), join(to, 'node_modules', name));
  }
}

/** Makes a package of the baseline known by its name, with what lies in its own node_modules. */
function linkPackage(root: string, path: string): void {
  const manifest = join(path, 'package.json');
  if (!existsSync(manifest)) return;
  const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly name: string };
  symlinkSync(path, join(root, 'node_modules', name));
  linkModules(join(ROOT, relative(root, path)), path);
}

function run(command: string, args: readonly string[], cwd?: string): void {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', ...(cwd ? { cwd } : {}) });
  if (status !== 0) throw new Error(error?.message ?? `${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
}
