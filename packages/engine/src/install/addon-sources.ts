import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineRelease } from './engine-release.ts';

/** A shared library that Node loads, with what it is made of. */
export interface Addon {
  readonly file: string;
  readonly sources: readonly string[];
  /** Files that the sources include. */
  readonly headers: readonly string[];
  readonly includeDirs: readonly string[];
  readonly flags: readonly string[];
  /** Of the TensorFlow library. */
  readonly libraries: readonly string[];
}

const require = createRequire(import.meta.url);

/** The folder of @tensorflow/tfjs-node-gpu: its JavaScript is used, its binding compiled, its install script never run. */
export function tfjsNodeDir(): string {
  return dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
}

/**
 * `silence`: keeps standard error clean while the library loads. `kernels`: our ops. `binding`: tfjs's own, through which
 * TensorFlow's ops and ours are run.
 */
export function engineAddons(): Readonly<Record<'silence' | 'kernels' | 'binding', Addon>> {
  const tfjs = tfjsNodeDir();
  const native = fileURLToPath(new URL('../../native/', import.meta.url));
  const kernels = join(native, 'kernels');
  const silence = join(native, 'silence');
  const list = (folder: string, ending: string): string[] =>
    readdirSync(folder)
      .filter((name) => name.endsWith(ending))
      .sort()
      .map((name) => join(folder, name));
  const common = ['-shared', '-fPIC', '-std=c++17', '-DNAPI_VERSION=8'];
  return {
    silence: {
      file: 'asl_silence.node',
      sources: list(silence, '.cc'),
      headers: [],
      includeDirs: [],
      flags: ['-O2', ...common, '-DNODE_GYP_MODULE_NAME=asl_silence'],
      libraries: [],
    },
    kernels: {
      file: 'asl_kernels.node',
      sources: list(kernels, '.cc'),
      headers: list(kernels, '.h'),
      includeDirs: [kernels],
      flags: [
        '-O3',
        ...common,
        '-DNODE_GYP_MODULE_NAME=asl_kernels',
        '-fno-math-errno',
        '-fno-trapping-math',
        '-Wl,--no-as-needed',
      ],
      libraries: ['libtensorflow_framework.so.2'],
    },
    binding: {
      file: 'tfjs_binding.node',
      sources: list(join(tfjs, 'binding'), '.cc'),
      headers: list(join(tfjs, 'binding'), '.h'),
      includeDirs: [tfjs],
      flags: ['-O2', ...common, '-DNODE_GYP_MODULE_NAME=tfjs_binding'],
      libraries: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
    },
  };
}

/** A name for what compiling gives: other sources, flags or library, another name. */
export function addonsKey(release: EngineRelease): string {
  const hash = createHash('sha256');
  for (const wheel of release.wheels) hash.update(wheel.sha256);
  for (const addon of Object.values(engineAddons())) {
    hash.update(JSON.stringify([addon.file, addon.flags, addon.libraries]));
    for (const path of [...addon.sources, ...addon.headers]) {
      hash.update(basename(path)).update('\0').update(readFileSync(path)).update('\0');
    }
  }
  return hash.digest('hex').slice(0, 16);
}
