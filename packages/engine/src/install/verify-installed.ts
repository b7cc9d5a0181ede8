import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { otherWriter, writeFileAtomic } from '@auto-seg-loss/files';
import { hashFile } from '@auto-seg-loss/wheels';
import { z } from 'zod';
import type { EngineManifest } from './engine-manifest.ts';

/** Files of an installation, in their folder. */
export interface Installation {
  readonly folder: string;
  readonly manifest: EngineManifest;
}

/** A file as it was when it was hashed: any change of its content, or another file in its place, changes one of these. */
type Seen = readonly [device: string, inode: string, size: string, modified: string, changed: string, sha256: string];

const seenSchema: z.ZodType<Readonly<Record<string, Seen>>> = z.record(
  z.string(),
  z.tuple([z.string(), z.string(), z.string(), z.string(), z.string(), z.string()]),
);

/** Handed on to worker processes, for where nothing can be written into the cache. */
const VARIABLE = 'ASL_ENGINE_VERIFIED';

/**
 * Checks what is going to be loaded against the SHA-256 of its manifests. That takes a second for a library of 0.8 GB, so that
 * what was found is kept in a file of the user's own (`verified.json`): while device, inode, size and the times of a file stay,
 * it is the same file.
 * @returns the first file that is not what it should be; undefined where all are.
 */
export function firstDamaged(installations: readonly Installation[], record: string): string | undefined {
  const before = readRecord(record);
  const now: Record<string, Seen> = {};
  let isNew = false;
  for (const { folder, manifest } of installations) {
    for (const { path, sha256 } of manifest.files.filter(isLoaded)) {
      const file = join(folder, path);
      const seen = [...identityOf(file), sha256] as unknown as Seen;
      now[file] = seen;
      if (JSON.stringify(before[file]) === JSON.stringify(seen)) continue;
      isNew = true;
    }
  }
  if (!isNew || process.env[VARIABLE] === digestOf(now)) return undefined;
  for (const [file, seen] of Object.entries(now)) {
    if (JSON.stringify(before[file]) !== JSON.stringify(seen) && !holds(file, seen)) return file;
  }
  process.env[VARIABLE] = digestOf(now);
  keep(record, { ...before, ...now });
  return undefined;
}

/** Headers are read when addons are compiled, and by nobody later. */
function isLoaded({ path }: { readonly path: string }): boolean {
  return !path.includes('/include/');
}

/** Whether a file has the content that it should, and is still the one that was looked at before. */
function holds(file: string, seen: Seen): boolean {
  const sha256 = seen.at(-1);
  return hashFile(file) === sha256 && JSON.stringify([...identityOf(file), sha256]) === JSON.stringify(seen);
}

function identityOf(file: string): readonly string[] {
  const { dev, ino, size, mtimeNs, ctimeNs } = statSync(file, { bigint: true });
  return [dev, ino, size, mtimeNs, ctimeNs].map(String);
}

function digestOf(now: Readonly<Record<string, Seen>>): string {
  return createHash('sha256').update(JSON.stringify(now)).digest('hex');
}

/** Empty where there is none that only the user could have written. */
function readRecord(record: string): Readonly<Record<string, Seen>> {
  try {
    const found = lstatSync(record);
    if (!found.isFile() || otherWriter(found) !== undefined) return {};
    return seenSchema.parse(JSON.parse(readFileSync(record, 'utf8')));
  } catch {
    return {};
  }
}

function keep(record: string, seen: Readonly<Record<string, Seen>>): void {
  try {
    writeFileAtomic(record, `${JSON.stringify(seen)}\n`);
    chmodSync(record, 0o600);
  } catch {
    // A cache that can only be read is checked anew by each command.
  }
}
