import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult, type IDependency } from 'dependency-cruiser';
import { beforeAll, describe, expect, test } from 'vitest';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** What searching, training and scoring are made of. */
const CORE = [
  'kernel',
  'files',
  'engine',
  'ops',
  'formula',
  'relaxed',
  'training',
  'study',
  'config',
  'images',
  'weights',
];

/** Which of our packages each may import. What is not here may import nothing of ours. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'packages/kernel': [],
  'packages/files': ['kernel'],
  'packages/ops': ['kernel'],
  'packages/wheels': ['kernel', 'files'],
  'packages/weights': ['kernel', 'files', 'wheels'],
  'packages/engine': ['kernel', 'files', 'ops', 'wheels'],
  'packages/backbones': ['kernel', 'ops', 'weights'],
  'packages/formula': ['kernel'],
  'packages/relaxed': ['kernel', 'formula', 'ops'],
  'packages/export': ['kernel', 'formula'],
  'packages/training': ['kernel', 'files', 'ops', 'formula', 'weights'],
  'packages/study': ['kernel', 'files'],
  'packages/schema': ['kernel'],
  'packages/loss-file': ['kernel', 'formula', 'schema'],
  'packages/config': ['kernel', 'files', 'schema'],
  'packages/shipped': ['kernel', 'schema'],
  'packages/loss': ['kernel', 'ops', 'formula', 'relaxed', 'loss-file', 'shipped'],
  'packages/score': ['kernel', 'formula', 'shipped'],
  'packages/plugin-host': ['kernel', 'files', 'schema', 'config', 'engine', 'ops'],
  'packages/loss-expression': [
    'kernel',
    'files',
    'ops',
    'formula',
    'relaxed',
    'config',
    'schema',
    'loss-file',
    'plugin-host',
  ],
  'packages/images': ['kernel'],
  'packages/shapes': ['kernel'],
  'packages/samples': ['kernel', 'images', 'schema'],
  'packages/testing': ['kernel', 'ops', 'formula', 'relaxed'],
  'packages/runtime': [...CORE, 'testing', 'export', 'schema', 'loss-file', 'loss-expression', 'plugin-host'],
  'packages/report': ['kernel', 'study', 'runtime'],
  'packages/tensorboard': ['kernel', 'files', 'study', 'runtime'],
  'packages/dashboard': ['kernel', 'runtime', 'report'],
  'packages/cli': [...CORE, 'testing', 'export', 'schema', 'runtime', 'report', 'tensorboard', 'dashboard'],
  'packages/bench': [...CORE, 'runtime'],
};
const PLUGINS_MAY_IMPORT = ['kernel', 'ops', 'formula', 'images', 'samples', 'shapes', 'backbones'];

/** What loads a tensor library, or is useless without one. */
const TENSORS = /^node_modules\/@tensorflow\//;
const CONTAINER = /^node_modules\/(tsyringe|reflect-metadata)\//;
/** The kernel computes; these are the builtins that do not read, write, start or wait for anything. */
const PURE_BUILTINS = ['crypto'];

interface Import {
  readonly from: string;
  readonly to: string;
  /** As written: `@auto-seg-loss/kernel`, `./errors.ts`, `node:fs`. */
  readonly module: string;
  readonly typeOnly: boolean;
  readonly dynamic: boolean;
}

/** packages/kernel/src/errors.ts → packages/kernel */
function packageOf(file: string): string | undefined {
  return /^((?:packages|plugins)\/[^/]+)\//.exec(file)?.[1];
}

/** @scope/name/deep/path → @scope/name; undefined for relative imports and builtins. */
function packageName(module: string): string | undefined {
  if (module.startsWith('.') || module.startsWith('node:') || builtinModules.includes(module)) return undefined;
  return module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/');
}

const isTypeOnly = (dependency: IDependency) => dependency.dependencyTypes.includes('type-only');
const describeImport = ({ from, module }: Import) => `${from} imports ${module}`;

function readJson(...path: string[]): Record<string, unknown> {
  return JSON.parse(readFileSync(join(ROOT, ...path), 'utf8')) as Record<string, unknown>;
}

const folders = ['packages', 'plugins']
  .flatMap((parent) => readdirSync(join(ROOT, parent)).map((name) => `${parent}/${name}`))
  .filter((folder) => existsSync(join(ROOT, folder, 'package.json')))
  .sort();
const plugins = folders
  .filter((folder) => folder.startsWith('plugins/'))
  .map((folder) => folder.replace('plugins/', '@auto-seg-loss/'));
const sourceFolders = folders.map((folder) => `${folder}/src`).filter((folder) => existsSync(join(ROOT, folder)));
const sources = sourceFolders
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  )
  .filter((file) => file.endsWith('.ts'))
  .sort();

let result: ICruiseResult;
let imports: readonly Import[];

beforeAll(async () => {
  const cruised = await cruise(sourceFolders, {
    baseDir: ROOT,
    doNotFollow: { path: 'node_modules' },
    // Sees `import type`, which compiling removes.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default'],
      extensions: ['.ts', '.js', '.json'],
    },
    validate: true,
    ruleSet: {
      forbidden: [
        {
          name: 'no-cycles',
          severity: 'error',
          from: {},
          // Types may refer to each other; modules that need each other to load may not.
          to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
        },
      ],
    },
  });
  result = cruised.output as ICruiseResult;
  imports = result.modules
    .filter(({ source }) => packageOf(source) !== undefined)
    .flatMap(({ source, dependencies }) =>
      dependencies.map((dependency) => ({
        from: source,
        to: dependency.resolved,
        module: dependency.module,
        typeOnly: isTypeOnly(dependency),
        dynamic: dependency.dynamic,
      })),
    );
});

/** Every file that is loaded with `entry`, our own and others', with the path that leads there. */
function loadedWith(entry: string): Map<string, readonly string[]> {
  const paths = new Map<string, readonly string[]>([[entry, [entry]]]);
  for (const [file, path] of paths) {
    for (const { from, to, typeOnly, dynamic } of imports) {
      if (from === file && !typeOnly && !dynamic && !paths.has(to)) paths.set(to, [...path, to]);
    }
  }
  return paths;
}

describe('dependencies between packages', () => {
  test('the analysis saw every module, and resolved every import', () => {
    const seen = result.modules.map(({ source }) => source).filter((source) => packageOf(source) !== undefined);
    expect(seen.sort()).toEqual(sources);
    expect(sources.length).toBeGreaterThan(20);
    // Read from the text, so that an analysis that misses imports shows.
    for (const source of sources) {
      const code = readFileSync(join(ROOT, source), 'utf8').replaceAll(/^\s*(\/\*\*|\*|\/\/).*$/gm, '');
      const written = [...code.matchAll(/\bfrom '([^']+)';$/gm)].map(([, module]) => module?.replace(/^node:/, ''));
      const found = imports.filter(({ from }) => from === source).map(({ module }) => module.replace(/^node:/, ''));
      expect(found, source).toEqual(expect.arrayContaining([...new Set(written)]));
    }
    const unresolved = imports.filter(({ to }) => packageOf(to) === undefined && !to.startsWith('node_modules/'));
    expect(
      unresolved.filter(({ to }) => !builtinModules.includes(to.replace(/^node:/, ''))).map(describeImport),
    ).toEqual([]);
  });

  test('modules need no cycle to load', () => {
    expect(result.summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
  });

  test('each package imports only what it may', () => {
    const wrong = imports.filter(({ from, to, dynamic }) => {
      const [own, other] = [packageOf(from), packageOf(to)];
      if (own === undefined || other === undefined || own === other) return false;
      if (['packages/runtime', 'packages/bench'].includes(own) && other.startsWith('plugins/')) return !dynamic;
      if (own === 'packages/shipped' && other.startsWith('plugins/')) return dynamic;
      if (own === 'packages/loss' && other.startsWith('plugins/loss-')) return dynamic;
      const allowed = own.startsWith('plugins/') ? PLUGINS_MAY_IMPORT : (MAY_IMPORT[own] ?? []);
      return !allowed.some((name) => other === `packages/${name}`);
    });
    expect(wrong.map(describeImport)).toEqual([]);
  });

  test('the container is known to the runtime alone', () => {
    const wrong = imports.filter(({ from, to }) => CONTAINER.test(to) && packageOf(from) !== 'packages/runtime');
    expect(wrong.map(describeImport)).toEqual([]);
  });

  test('the kernel computes and does nothing else', () => {
    const wrong = imports.filter(
      ({ from, to }) =>
        packageOf(from) === 'packages/kernel' &&
        (TENSORS.test(to) || (builtinModules.includes(to) && !PURE_BUILTINS.includes(to))),
    );
    expect(wrong.map(describeImport)).toEqual([]);
  });

  // The main process of a search only watches: a tensor library would cost it memory and threads that the workers need.
  test.each(['config', 'study', 'images', 'loss-expression', 'runtime', 'cli'])(
    '%s starts without a tensor library',
    (name) => {
      const paths = [...loadedWith(`packages/${name}/src/index.ts`)].filter(([file]) => TENSORS.test(file));
      expect(paths.map(([, path]) => path.join(' → '))).toEqual([]);
    },
  );

  // Programs of others open loss files, in browsers too.
  test('a loss file is checked without Node, container, config reader, store or tensor library', () => {
    const loaded = [...loadedWith('packages/loss-file/src/index.ts')];
    const packages = new Set(loaded.map(([file]) => packageOf(file)).filter((name) => name !== undefined));
    expect([...packages].sort()).toEqual(
      ['formula', 'kernel', 'loss-file', 'schema'].map((name) => `packages/${name}`),
    );
    const wrong = loaded.filter(
      ([file]) => builtinModules.includes(file.replace(/^node:/, '')) || TENSORS.test(file) || CONTAINER.test(file),
    );
    expect(wrong.map(([, path]) => path.join(' → '))).toEqual([]);
  });

  // Programs of others bundle them for browsers, with a tensor library of their own.
  test.each(['loss', 'score'])('%s needs no Node, and no more of TensorFlow.js than its core', (name) => {
    const loaded = [...loadedWith(`packages/${name}/src/index.ts`)];
    expect(loaded.length).toBeGreaterThan(50);
    const core = name === 'loss' ? /^node_modules\/@tensorflow\/tfjs-core\// : /^$/;
    const rooms = ['engine', 'files', 'config', 'plugin-host', 'runtime', 'study', 'training'];
    const wrong = loaded.filter(
      ([file]) =>
        builtinModules.includes(file.replace(/^node:/, '')) ||
        (TENSORS.test(file) && !core.test(file)) ||
        CONTAINER.test(file) ||
        rooms.some((room) => packageOf(file) === `packages/${room}`),
    );
    expect(wrong.map(([, path]) => path.join(' → '))).toEqual([]);
  });

  test.each(['report', 'dashboard'])('the page of the %s runs in browsers', (name) => {
    const loaded = [...loadedWith(`packages/${name}/src/page/main.ts`)];
    expect(loaded.length).toBeGreaterThan(10);
    const wrong = loaded.filter(
      ([file]) =>
        builtinModules.includes(file.replace(/^node:/, '')) ||
        (packageOf(file) !== undefined && !/^packages\/(report|dashboard)\/src\/page\//.test(file)),
    );
    expect(wrong.map(([, path]) => path.join(' → '))).toEqual([]);
  });

  // Tensors of one copy mean nothing to another: whoever trains brings the copy.
  const sharing = ['loss', 'ops', 'relaxed'].map((name) => `packages/${name}`);
  const losses = folders.filter((folder) => folder.startsWith('plugins/loss-'));
  test.each([...sharing, ...losses])('%s takes the copy of TensorFlow.js that its user has', (folder) => {
    const { dependencies, peerDependencies } = readJson(folder, 'package.json');
    expect(dependencies).not.toHaveProperty(['@tensorflow/tfjs-core']);
    expect(peerDependencies).toEqual({ '@tensorflow/tfjs-core': '^4.22.0' });
  });

  test.each(folders)('%s: package.json and tsconfig.json list what its modules import', (folder) => {
    const manifest = readJson(folder, 'package.json');
    const { dependencies = {}, peerDependencies = {} } = manifest;
    const declared = new Set([...Object.keys(dependencies as object), ...Object.keys(peerDependencies as object)]);
    const own = imports.filter(({ from }) => packageOf(from) === folder);
    const used = new Set(own.map(({ module }) => packageName(module)).filter((name) => name !== undefined));
    expect([...used].filter((name) => name !== manifest.name && !declared.has(name))).toEqual([]);
    // The runtime imports plugins by the names in a config; installing it brings those of this repository.
    const brought = folder === 'packages/runtime' ? plugins : [];
    const unused = [...declared].filter((name) => name.startsWith('@auto-seg-loss/') && !used.has(name));
    expect(unused.sort()).toEqual(brought);

    const references = (readJson(folder, 'tsconfig.json').references ?? []) as readonly { readonly path: string }[];
    const referred = references.map(({ path }) => relative(ROOT, resolve(ROOT, folder, path)));
    const needed = new Set(
      own.map(({ to }) => packageOf(to)).filter((other) => other !== undefined && other !== folder),
    );
    expect([...needed].filter((other) => !referred.includes(other as string))).toEqual([]);
  });

  test('the build knows every package', () => {
    const references = (readJson('tsconfig.json').references ?? []) as readonly { readonly path: string }[];
    expect(references.map(({ path }) => path).sort()).toEqual(folders);
  });
});
