import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { findInstalled } from '@auto-seg-loss/engine/install';
import { AslError, type Json, type PluginKind, type Problem } from '@auto-seg-loss/kernel';
import type { ArchitectureWeights } from '@auto-seg-loss/ops';
import type { CheckedPlugin } from '@auto-seg-loss/plugin-host';
import type { Run } from '../container/assemble-run.ts';
import { nativeKernels } from './build.ts';

/** What the results of a run depend on besides its config. Equal config and environment give equal results. */
export interface Environment {
  readonly engine: 'native' | 'wasm';
  readonly device: 'CPU' | 'GPU';
  /** Of TensorFlow, or of tfjs for WebAssembly. */
  readonly libraryVersion: string;
  /** The native kernels, by the hash of what they were compiled from; missing with WebAssembly, and in runs begun before that was kept. */
  readonly kernels?: string;
  /** Of each training. */
  readonly threads: 1;
  readonly node: string;
  readonly platform: string;
  /** Version of each plugin by `kind use`; of a file of its own `sha256 …`, of it alone (null in runs begun before that was kept). */
  readonly plugins: Readonly<Record<string, string | null>>;
  /** The data set's fingerprint. */
  readonly data: string;
  /** SHA-256 of the weights that networks begin with, by the place in the config that names them; missing where all begin fresh. */
  readonly weights?: Readonly<Record<string, string>>;
}

/** Which engine workers will use, found without loading it; `fallback` says why it is not the native one, and what to do. */
export interface ChosenEngine {
  readonly engine: 'native' | 'wasm';
  readonly device: 'CPU' | 'GPU';
  readonly libraryVersion: string;
  readonly fallback: { readonly reason: string; readonly remedy: string } | undefined;
}

/** @throws AslError ASL_ENGINE_MISSING where `native` is asked for and not installed. */
export function chooseEngine(wanted: 'auto' | 'native' | 'wasm' = 'auto'): ChosenEngine {
  const found = findInstalled();
  if (wanted !== 'wasm' && found.addons !== undefined && found.release !== undefined) {
    const { gpu, libraryVersion } = found.release;
    return { engine: 'native', device: gpu ? 'GPU' : 'CPU', libraryVersion, fallback: undefined };
  }
  if (wanted === 'native') {
    throw new AslError('ASL_ENGINE_MISSING', found.problem, { where: found.path, remedy: found.remedy });
  }
  const { version } = createRequire(import.meta.url)('@tensorflow/tfjs-core/package.json') as { version: string };
  const fallback = wanted === 'wasm' ? undefined : { reason: found.problem, remedy: found.remedy };
  return { engine: 'wasm', device: 'CPU', libraryVersion: version, fallback };
}

export async function environmentOf(run: Run, { engine, device, libraryVersion }: ChosenEngine): Promise<Environment> {
  const { metric, formula, surrogate, constraints, searcher, dataset, network, proxyNetwork, guards, reportMetrics } =
    run.plugins;
  const { mix, searchSpace } = run.plugins;
  const all = [
    metric,
    ...(formula === null ? [] : [formula]),
    surrogate,
    ...constraints,
    searcher,
    dataset,
    network,
    ...(proxyNetwork === null ? [] : [proxyNetwork]),
    ...guards,
    ...reportMetrics,
    ...[...mix, ...(searchSpace === null ? [] : [searchSpace])].map(({ plugin }) => plugin),
  ];
  const weights = await networkWeights(run);
  return {
    engine,
    device,
    libraryVersion,
    ...(engine === 'native' ? { kernels: nativeKernels() } : {}),
    threads: 1,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    plugins: Object.fromEntries(
      all.flatMap(withParts).map(({ plugin, use, location }) => [`${plugin.kind} ${use.use}`, versionOf(location)]),
    ),
    data: await (await run.dataset).fingerprint(),
    ...(weights.length === 0
      ? {}
      : { weights: Object.fromEntries(weights.map(({ place, sha256 }) => [place, sha256])) }),
  };
}

/** The weights that a run's networks begin with. */
async function networkWeights(run: Run): Promise<readonly (ArchitectureWeights & { readonly place: string })[]> {
  const [network, proxyNetwork] = [await run.network, await run.proxyNetwork];
  const places = [
    ['network', network],
    ...(proxyNetwork === network ? [] : [['proxy.network', proxyNetwork] as const]),
  ] as const;
  return places.flatMap(([place, { weights }]) => (weights === undefined ? [] : [{ ...weights, place }]));
}

/** What was taken of the weights that a run's networks begin with, a line each. */
export async function weightsNotes(run: Run): Promise<readonly string[]> {
  const all = await networkWeights(run);
  return all.map(({ place, source, report }) => `Weights of the encoder (${place}.weights): ${source}, ${report}`);
}

/** Of a plugin: its package's; of a file of its own its hash. */
export function versionOf({ package: found, file }: CheckedPlugin<PluginKind>['location']): string | null {
  if (found !== undefined) return found.manifest.version ?? null;
  return `sha256 ${createHash('sha256').update(readFileSync(file)).digest('hex')}`;
}

/** A plugin and those that it is made of. */
function withParts(plugin: CheckedPlugin<PluginKind>): readonly CheckedPlugin<PluginKind>[] {
  return [plugin, ...plugin.parts.flatMap(withParts)];
}

/** @returns without what the environment before does not tell of, so that what was begun in it keeps its keys. */
export function toldAlike(before: Environment, now: Environment): Environment {
  if (before.engine !== now.engine || before.kernels !== undefined) return now;
  const { kernels: _, ...told } = now;
  return told;
}

/** What differs between two environments, by its place. Another Node is let pass: it is not known to change results. */
export function changesBetween(before: Environment, now: Environment): readonly Problem[] {
  const text = (value: Json | undefined): string => (value === undefined ? 'nothing' : JSON.stringify(value));
  const differing = (from: Readonly<Record<string, Json>>, to: Readonly<Record<string, Json>>, prefix: string) =>
    [...new Set([...Object.keys(from), ...Object.keys(to)])]
      .filter((key) => text(from[key]) !== text(to[key]))
      .map((key) => ({ where: `${prefix}${key}`, expected: text(from[key]), received: text(to[key]) }));
  const { node: _old, plugins: oldPlugins, weights: oldWeights = {}, ...old } = before;
  const { node: _new, plugins: newPlugins, weights: newWeights = {}, ...current } = now;
  const named = (weights: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(weights).map(([place, sha256]) => [`${place}.weights`, `SHA-256 ${sha256}`]));
  const known = Object.fromEntries(
    Object.entries(newPlugins).map(([name, version]) => [name, oldPlugins[name] === null ? null : version]),
  );
  return [
    ...differing(old, current, ''),
    ...differing(named(oldWeights), named(newWeights), ''),
    ...differing(oldPlugins, known, 'plugins: '),
  ];
}

/** The error of a run that cannot go on as it is. */
export function runChanged(folder: string, problems: readonly Problem[]): AslError {
  return new AslError('ASL_RUN_CHANGED', 'what the results of this run depend on has changed since it was begun', {
    where: folder,
    problems,
    remedy:
      'restore what changed; or go on with --accept-change, which mixes trials of both; or start a new run in another folder',
  });
}
