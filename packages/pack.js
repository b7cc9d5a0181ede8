// Packs every package that others install: `npm run packages`. Into packed/, or the folder that is named.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PACKED = resolve(ROOT, process.argv[2] ?? 'packed');
const ENGINE = join(ROOT, 'packages/engine');
const TFJS_NODE = '@tensorflow/tfjs-node-gpu';
/** What its backend and kernels import, besides @tensorflow/tfjs. */
const IMPORTED = ['google-protobuf'];

const manifestOf = (name) => createRequire(join(ENGINE, 'package.json')).resolve(`${name}/package.json`);
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
const writeJson = (file, value) => writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);

/**
 * The engine with tfjs-node inside. tfjs-node's install script downloads a library that the engine does not use, from an
 * address that no longer answers, and then the whole installation fails. A package that lies in another's archive is taken
 * as it lies there: here without the script, and without what only the script and the main module need. It stays a dependency
 * by name and version. What its backend imports, npm looks for among the engine's own.
 */
function stageEngine(folder) {
  cpSync(ENGINE, folder, { recursive: true, filter: (path) => basename(path) !== 'node_modules' });
  const manifest = readJson(join(folder, 'package.json'));
  const own = Object.fromEntries(IMPORTED.map((name) => [name, readJson(manifestOf(name)).version]));
  const dependencies = { ...manifest.dependencies, ...own };
  writeJson(join(folder, 'package.json'), { ...manifest, dependencies, bundleDependencies: [TFJS_NODE] });

  const original = dirname(manifestOf(TFJS_NODE));
  const bundled = join(folder, 'node_modules', TFJS_NODE);
  for (const name of ['dist', 'binding', 'README.md']) {
    const parts = { recursive: true, filter: (path) => !/\.d\.ts$|_tests?\.js$/.test(path) };
    cpSync(join(original, name), join(bundled, name), parts);
  }
  cpSync(join(ROOT, 'LICENSE'), join(bundled, 'LICENSE'));
  const { name, version, repository, license, engines } = readJson(manifestOf(TFJS_NODE));
  const changed = 'Changed by Auto Seg-Loss: without the install script, the main module, and what only these need.';
  writeJson(join(bundled, 'package.json'), { name, version, repository, license, engines, '//': changed });
}

function pack(...args) {
  const common = ['--pack-destination', PACKED, '--ignore-scripts', '--loglevel', 'error'];
  execFileSync('npm', ['pack', ...args, ...common], {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
}

mkdirSync(PACKED, { recursive: true });
for (const old of readdirSync(PACKED).filter((name) => name.endsWith('.tgz'))) rmSync(join(PACKED, old));
const shared = ['packages', 'plugins']
  .flatMap((parent) => readdirSync(join(ROOT, parent), { withFileTypes: true }).map((entry) => [parent, entry]))
  .filter(([, entry]) => entry.isDirectory())
  .map(([parent, { name }]) => join(ROOT, parent, name))
  .filter((folder) => folder !== ENGINE && readJson(join(folder, 'package.json')).private !== true);
pack(...shared);
const staging = mkdtempSync(join(tmpdir(), 'asl-pack-'));
try {
  stageEngine(staging);
  pack(staging);
} finally {
  rmSync(staging, { recursive: true, force: true });
}
