import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TFJS_NODE = '@tensorflow/tfjs-node-gpu';

interface Manifest {
  readonly name: string;
  readonly scripts?: object;
  readonly gypfile?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly bundleDependencies?: readonly string[];
}

let folder: string;
let engine: string;
const manifestIn = (path: string) => JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-packed-'));
  execFileSync(process.execPath, [join(ROOT, 'packages/pack.js'), folder], { stdio: 'pipe' });
  execFileSync('tar', ['xzf', archiveOf('engine')], { cwd: folder });
  engine = join(folder, 'package');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function archiveOf(name: string): string {
  return readdirSync(folder).find((file) => file.startsWith(`auto-seg-loss-${name}-`)) ?? '';
}

/** Every file that a module loads within its package, and the packages that it loads besides. */
function loadedBy(entries: readonly string[]): {
  readonly files: ReadonlySet<string>;
  readonly packages: ReadonlySet<string>;
} {
  const files = new Set(entries);
  const packages = new Set<string>();
  for (const file of files) {
    for (const [, module = ''] of readFileSync(file, 'utf8').matchAll(/\brequire\(['"]([^'"]+)['"]\)/g)) {
      if (module.startsWith('.')) files.add(fileOf(resolve(dirname(file), module)));
      else if (!builtinModules.includes(module)) packages.add(module);
    }
  }
  return { files, packages };
}

function fileOf(path: string): string {
  if (existsSync(path) && statSync(path).isFile()) return path;
  return existsSync(`${path}.js`) ? `${path}.js` : join(path, 'index.js');
}

describe('npm run packages', () => {
  test('packs every package that is not private', () => {
    const shared = ['packages', 'plugins']
      .flatMap((parent) => readdirSync(join(ROOT, parent)).map((name) => join(ROOT, parent, name)))
      .filter((path) => existsSync(join(path, 'package.json')))
      .map((path) => JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as { name: string; private?: true })
      .filter((manifest) => manifest.private !== true);
    expect(readdirSync(folder).filter((file) => file.endsWith('.tgz'))).toHaveLength(shared.length);
  });

  test('no package has a script that npm would run when it is installed', () => {
    for (const archive of readdirSync(folder).filter((file) => file.endsWith('.tgz'))) {
      const text = execFileSync('tar', ['xzOf', archive, 'package/package.json'], { cwd: folder, encoding: 'utf8' });
      const names = Object.keys((JSON.parse(text) as Manifest).scripts ?? {});
      expect(
        names.filter((name) => /^(pre|post)?(install|prepare)$/.test(name)),
        archive,
      ).toEqual([]);
    }
  });

  test('the engine brings tfjs-node along, without its script and whatever makes npm build it', () => {
    expect(manifestIn(engine)).toMatchObject({ bundleDependencies: [TFJS_NODE] });
    expect(manifestIn(engine).dependencies).toHaveProperty([TFJS_NODE]);
    const bundled = join(engine, 'node_modules', TFJS_NODE);
    expect(manifestIn(bundled)).not.toHaveProperty('scripts');
    expect(manifestIn(bundled)).not.toHaveProperty('gypfile');
    expect(manifestIn(bundled)).not.toHaveProperty('dependencies');
    expect(existsSync(join(bundled, 'binding.gyp'))).toBe(false);
    expect(existsSync(join(bundled, 'LICENSE'))).toBe(true);
    expect(readdirSync(join(bundled, 'binding'))).toContain('tfjs_binding.cc');
  });

  test('whatever its backend imports is there, or the engine depends on it', () => {
    const dist = join(engine, 'node_modules', TFJS_NODE, 'dist');
    const entries = ['register_all_kernels.js', 'nodejs_kernel_backend.js'].map((name) => join(dist, name));
    const { files, packages } = loadedBy(entries);
    expect(files.size).toBeGreaterThan(100);
    expect([...packages].sort()).toEqual(['@tensorflow/tfjs', '@tensorflow/tfjs-core', 'google-protobuf']);
    for (const name of packages) expect(manifestIn(engine).dependencies).toHaveProperty([name]);
  });
});
