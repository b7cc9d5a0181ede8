import { configSchema, type RunConfig } from '@auto-seg-loss/config';
import type { Json } from '@auto-seg-loss/kernel';
import { z } from 'zod';
import type { Run } from '../container/assemble-run.ts';
import { type Build, buildOf } from '../run-folder/build.ts';
import type { ChosenEngine, Environment } from '../run-folder/environment.ts';
import type { GuardReference } from './guards.ts';

/** What another machine needs to run the trials of a search, besides files, its own data and its own code. */
export interface SharedSearch {
  readonly format: 1;
  /** Without what trials do not depend on: names of losses, and who runs them. */
  readonly config: RunConfig;
  /** Where its relative paths start, on the machine that searches. */
  readonly baseDir: string;
  readonly environment: Environment;
  readonly build: Build;
  readonly firstRound: number;
  readonly twins: readonly (readonly number[])[];
  /** See WorkerInit. */
  readonly shares?: readonly number[];
  readonly reference: GuardReference | null;
}

/** The network that trials start from, among the files of a search. */
const WARM_START = 'warm-start';

/** The networks that trials start from by the names that they have among the files of a search. @param paths one for each fold. */
export function warmStartFiles(paths: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(paths.map((path, fold) => [warmStartName(fold, paths.length), path]));
}

/** The paths of copies of them, in the order of the folds. @param missing in place of those that there are none of. */
export function warmStartPaths(
  files: Readonly<Record<string, string>>,
  folds: number | null,
  missing: string,
): readonly string[] {
  return Array.from({ length: folds ?? 1 }, (_, fold) => files[warmStartName(fold, folds ?? 1)] ?? missing);
}

/** By letters: names have no digits. */
function warmStartName(fold: number, count: number): string {
  return count === 1 ? WARM_START : `${WARM_START}-${String.fromCharCode('a'.charCodeAt(0) + fold)}`;
}

const versions = z.record(z.string(), z.string());
const schema = z.strictObject({
  format: z.literal(1),
  config: configSchema,
  baseDir: z.string(),
  environment: z.looseObject({
    engine: z.enum(['native', 'wasm']),
    device: z.enum(['CPU', 'GPU']),
    libraryVersion: z.string(),
    threads: z.literal(1),
    node: z.string(),
    platform: z.string(),
    plugins: z.record(z.string(), z.string().nullable()),
    data: z.string(),
    weights: versions.optional(),
  }),
  build: versions,
  firstRound: z.int().min(0),
  twins: z.array(z.array(z.int().min(0))),
  shares: z.array(z.number().min(0).max(1)).exactOptional(),
  reference: z.record(z.string(), z.record(z.string(), z.number())).nullable(),
});

/** @param known what the search found out before its first trial. */
export function sharedSearch(
  run: Pick<Run, 'config' | 'context'>,
  machine: { readonly engine: ChosenEngine; readonly environment: Environment },
  known: Pick<SharedSearch, 'firstRound' | 'twins' | 'shares' | 'reference'>,
): Json {
  const config: RunConfig = {
    ...run.config,
    executor: { use: 'processes' },
    workers: 1,
    // No trial depends on them; as files they may lie on this machine alone.
    start: null,
    prior: [],
    losses: {},
  };
  const shared: SharedSearch = {
    format: 1,
    config,
    baseDir: run.context.baseDir,
    environment: machine.environment,
    build: buildOf(machine.engine.engine),
    ...known,
  };
  return JSON.parse(JSON.stringify(shared)) as Json;
}

/** Reads what another machine sent. @returns undefined for what is none: it may be of another version. */
export function readSharedSearch(search: Json): SharedSearch | undefined {
  return schema.safeParse(search).data as SharedSearch | undefined;
}
