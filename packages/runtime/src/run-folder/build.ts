import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findInstalled } from '@auto-seg-loss/engine/install';
import { naturalOrder } from '@auto-seg-loss/kernel';

/**
 * What two machines must have in common to compute alike, besides the environment of a run: the compiled code of each package by
 * its SHA-256, the native kernels by the hash of what they were compiled from, and the instructions that TensorFlow chooses by.
 */
export type Build = Readonly<Record<string, string>>;

export const OURS = '@auto-seg-loss/';
/** What runs trials decides nothing about them. */
const EXECUTORS = `${OURS}executor-`;

export function buildOf(engine: 'native' | 'wasm'): Build {
  const native = engine === 'native' ? { 'native kernels': nativeKernels(), instructions: instructions() } : {};
  return { ...packages(), ...native };
}

/** The packages that a worker process loads, as they are on the disk now: each process loads them from there. */
function packages(): Build {
  const folders = new Map<string, string>();
  addPackage(fileURLToPath(new URL('../../package.json', import.meta.url)), folders);
  const names = [...folders.keys()].sort(naturalOrder);
  return Object.fromEntries(names.map((name) => [name, hashOf(join(folders.get(name) ?? '', 'dist'))]));
}

/** Adds a package of ours and those that it depends on. */
function addPackage(manifest: string, folders: Map<string, string>): void {
  const { name, dependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    readonly name: string;
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  if (folders.has(name) || name.startsWith(EXECUTORS)) return;
  folders.set(name, dirname(manifest));
  const { resolve } = createRequire(manifest);
  for (const each of Object.keys(dependencies))
    if (each.startsWith(OURS)) addPackage(resolve(`${each}/package.json`), folders);
}

function hashOf(dist: string): string {
  const hash = createHash('sha256');
  const files = existsSync(dist) ? readdirSync(dist, { recursive: true, encoding: 'utf8' }) : [];
  for (const file of files.filter((each) => /\.(js|wasm)$/.test(each)).sort())
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(dist, file)))
      .update('\0');
  return `sha256 ${hash.digest('hex').slice(0, 16)}`;
}

/** By the hash of what they were compiled from. */
export function nativeKernels(): string {
  const { addons } = findInstalled();
  return addons === undefined ? 'none' : basename(addons);
}

/** Those of which TensorFlow takes other code where it finds them: sums are then added up in another order. */
const CHOSEN_BY: readonly string[] = [
  'sse4_1',
  'sse4_2',
  'avx',
  'avx2',
  'fma',
  'f16c',
  'avx_vnni',
  'avx512f',
  'avx512dq',
  'avx512bw',
  'avx512vl',
  'avx512_vnni',
  'avx512_bf16',
  'avx512_fp16',
  'amx_tile',
  'amx_int8',
  'amx_bf16',
];

function instructions(): string {
  const flags = existsSync('/proc/cpuinfo')
    ? /^flags\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.split(' ')
    : undefined;
  // Elsewhere the model has to do.
  if (flags === undefined) return `${arch()}, ${cpus()[0]?.model ?? 'unknown'}`;
  return CHOSEN_BY.filter((each) => flags.includes(each)).join(' ');
}
