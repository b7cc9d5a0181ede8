import { randomUUID } from 'node:crypto';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { makeFolder, writeFileAtomic } from '@auto-seg-loss/files';
import { AslError, systemReason } from '@auto-seg-loss/kernel';
import { TENSORBOARD_FILE } from '@auto-seg-loss/runtime';
import { eventFiles } from './event-folder.ts';

/** In a folder of event files: which run they are of. */
const MARK = 'asl-run.json';

/**
 * Makes sure that runs can be written into a log folder, each into a folder of its own.
 * @throws AslError ASL_ARGUMENT_INVALID where it cannot be made or written, or is itself the folder of a run.
 */
export function checkLogFolder(folder: string): void {
  makeLogFolder(folder);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw notWritten(folder, systemReason(error), error);
  }
  if (!existsSync(join(folder, MARK)) && eventFiles(folder).length === 0) return;
  throw new AslError('ASL_ARGUMENT_INVALID', 'the folder for TensorBoard is that of a single run', {
    where: `--tensorboard ${folder}`,
    expected: 'a folder in which each run gets a folder of its own',
    received: 'event files in it',
    remedy: 'choose the folder above it, or another one',
  });
}

/**
 * The folder of a run that is kept: named as its run folder, and known again by a mark that both have.
 * @throws AslError ASL_ARGUMENT_INVALID where another run has it, or it cannot be written.
 */
export function claimKept(logs: string, runFolder: string): string {
  const folder = join(logs, basename(resolve(runFolder)));
  const id = idOf(runFolder);
  const found = readMark(join(folder, MARK));
  if (found === id) return folder;
  // A run that was refused before anything was trained leaves its mark alone.
  if (hasEvents(folder)) {
    throw new AslError('ASL_ARGUMENT_INVALID', 'the folder for TensorBoard holds another run', {
      where: folder,
      expected: `no event files, or those of ${runFolder}`,
      received: found === undefined ? 'event files of another program' : 'event files of another run folder',
      remedy: 'choose another folder with --tensorboard, or move that one away',
    });
  }
  makeLogFolder(folder);
  writeFileAtomic(join(folder, MARK), mark(id));
  return folder;
}

/** A new folder for what is kept nowhere: `compare-1`, `compare-2`, … @throws AslError ASL_ARGUMENT_INVALID where none can be made. */
export function claimNext(logs: string, name: string): string {
  for (let number = 1; ; number++) {
    const folder = join(logs, `${name}-${number}`);
    try {
      mkdirSync(folder);
      writeFileAtomic(join(folder, MARK), mark(randomUUID()));
      return folder;
    } catch (error) {
      if (error instanceof AslError) throw error;
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw notWritten(folder, systemReason(error), error);
    }
  }
}

function makeLogFolder(folder: string): void {
  try {
    makeFolder(folder);
  } catch (error) {
    throw notWritten(folder, isFile(folder) ? 'a file' : receivedOf(error), error);
  }
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

/** What is told of a folder that cannot be made. */
function receivedOf(error: unknown): string {
  return (error instanceof AslError ? error.details.received : undefined) ?? systemReason(error);
}

function notWritten(folder: string, received: string, cause: unknown): AslError {
  return new AslError('ASL_ARGUMENT_INVALID', 'event files for TensorBoard cannot be written there', {
    where: `--tensorboard ${folder}`,
    expected: 'a folder that can be written, or a place where one can be made',
    received,
    remedy: 'choose another folder with --tensorboard, or leave it out',
    cause,
  });
}

/** What a run is known by; given to it where it has none. */
function idOf(runFolder: string): string {
  const path = join(runFolder, TENSORBOARD_FILE);
  const found = readMark(path);
  if (found !== undefined) return found;
  const id = randomUUID();
  writeFileAtomic(path, mark(id));
  return id;
}

function mark(id: string): string {
  return `${JSON.stringify({ run: id })}\n`;
}

function readMark(path: string): string | undefined {
  try {
    const { run } = JSON.parse(readFileSync(path, 'utf8')) as { readonly run?: unknown };
    return typeof run === 'string' ? run : undefined;
  } catch {
    return undefined;
  }
}

function hasEvents(folder: string): boolean {
  return (
    existsSync(folder) &&
    readdirSync(folder, { withFileTypes: true }).some((entry) =>
      entry.isDirectory() ? hasEvents(join(folder, entry.name)) : eventFiles(folder).includes(entry.name),
    )
  );
}
