import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';
import { lockHolder } from '@auto-seg-loss/study';
import type { Doing, LiveRecord } from '../live/live-record.ts';
import { type KnownRecord, readLive } from '../live/read-live.ts';
import { kindOfRun, type RunKind } from './run-kind.ts';
import { type SearchProgress, searchProgress } from './search-status.ts';
import { type TrainingsProgress, trainingsProgress } from './trainings-status.ts';

/** How a run stands. */
export interface RunStatus {
  readonly kind: RunKind;
  readonly folder: string;
  readonly state: 'running' | 'stopped' | 'finished' | 'failed';
  /** What it failed with. */
  readonly error: { readonly code: string | null; readonly message: string } | null;
  /** Of a stopped run: whether its process ended without a word, as one that is killed does. */
  readonly killed: boolean;
  /** The process that runs it; null where none does, or it is not known which. */
  readonly process: { readonly pid: number; readonly host: string } | null;
  /** Since when that one runs, and when it was last heard of; null where none does, or none says anything of itself. */
  readonly running: { readonly since: string; readonly heard: string } | null;
  /** The name of the metric that counts. */
  readonly metric: string;
  /** What it is of, in the words of its config. */
  readonly of: RunSubject;
  /** How many trials or trainings it runs, or ran, side by side; null where that is not known. */
  readonly workers: number | null;
  /** What is done before the first trial, while it is. */
  readonly preparing: LiveRecord['preparing'];
  /** What workers are doing, also one that starts. */
  readonly doing: readonly Doing[];
  /** How many trials wait for their turn, where others share the workers or workers come and go. */
  readonly waiting: number;
  /** Of its own trainings, in one thread each; hours. */
  readonly coreHours: number;
  /** Until it is at its end, from what trainings took so far; null where it is not known, or nothing is left. */
  readonly secondsLeft: number | null;
  readonly progress: SearchProgress | TrainingsProgress;
}

/** Plugins by the names that the config has for them; null where it is not known. */
export interface RunSubject {
  readonly searcher: string | null;
  readonly dataset: string | null;
  readonly network: string | null;
  readonly seed: number | null;
}

/** What the folder of a run says besides its record. */
export interface FolderStatus extends Pick<RunStatus, 'metric' | 'of' | 'coreHours' | 'secondsLeft' | 'progress'> {
  /** Whether all is there that it was to make. */
  readonly complete: boolean;
}

/**
 * How a run stands: a search, or what `asl compare --out` and `asl train --out` keep; also while it runs, which goes on meanwhile.
 * Runs no code that the run names, and writes nothing.
 * @throws AslError ASL_RUN_FOLDER for a folder that is no run; ASL_STATE_CORRUPT for one that is damaged.
 */
export async function runStatus(path: string): Promise<RunStatus> {
  const folder = resolve(path);
  const kind = await kindOfRun(folder);
  if (kind === undefined) throw await noRun(folder);
  // Before what is stored: of what is done then, nothing is told that is not stored yet.
  const known = await readLive(folder);
  const live = known?.record.kind === kind ? known : undefined;
  const { complete, ...status } =
    kind === 'search' ? await searchProgress(folder, live) : await trainingsProgress(folder, kind, live);
  const { record } = live ?? {};
  const told = stateOf(live, complete);
  // One that says nothing of itself, as of another version or where its record cannot be written, holds the folder's lock.
  const holder = kind === 'search' && (told === 'stopped' || told === 'failed') ? lockHolder(folder) : undefined;
  const state = holder === undefined ? told : 'running';
  // What a record says that another process left is not of now.
  const now = told === 'running' ? record : undefined;
  return {
    kind,
    folder,
    state,
    error: state === 'failed' ? { code: record?.ended?.code ?? null, message: record?.ended?.message ?? '' } : null,
    killed: state === 'stopped' && live?.state === 'gone',
    process: now === undefined ? (holder?.process ?? null) : { pid: now.process.pid, host: now.process.host },
    running: now === undefined ? null : { since: now.begun, heard: now.updated },
    workers: (holder === undefined ? record?.workers : undefined) ?? null,
    preparing: now?.preparing ?? null,
    doing: now?.doing ?? [],
    waiting: now?.waiting ?? 0,
    ...status,
    secondsLeft: state === 'finished' ? null : status.secondsLeft,
  };
}

function stateOf(live: KnownRecord | undefined, complete: boolean): RunStatus['state'] {
  if (live?.state === 'running') return 'running';
  if (live?.record.ended?.how === 'failed') return 'failed';
  return complete ? 'finished' : 'stopped';
}

async function noRun(folder: string): Promise<AslError> {
  const found = await stat(folder).catch(() => undefined);
  const [message, received] =
    found === undefined
      ? ['there is no such folder', 'nothing of that name']
      : found.isDirectory()
        ? ['the folder holds no run, and no folders of runs', 'another folder']
        : ['that is no folder of a run', 'a file'];
  return new AslError('ASL_RUN_FOLDER', message, {
    where: folder,
    expected: 'the folder of a search, of asl compare --out or of asl train --out',
    received,
    remedy: 'check the path',
  });
}
