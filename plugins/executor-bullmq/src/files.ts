import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { partKey } from './keys.ts';
import type { FileEntry } from './messages.ts';

/** Of a file, in one value of Redis. */
const CHUNK_BYTES = 2 ** 20;

/** Puts a file into Redis, in chunks. @param ttlMs how long they stay unless that is prolonged. */
export async function sendFile(
  redis: Redis,
  search: string,
  file: { readonly name: string; readonly path: string },
  ttlMs: number,
): Promise<FileEntry> {
  const bytes = await readFile(file.path);
  const entry: FileEntry = {
    name: file.name,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    chunks: Math.ceil(bytes.length / CHUNK_BYTES),
  };
  for (const [place, key] of chunkKeys(search, entry).entries())
    await redis.set(key, bytes.subarray(place * CHUNK_BYTES, (place + 1) * CHUNK_BYTES), 'PX', ttlMs);
  return entry;
}

/**
 * Takes a file from Redis into a folder.
 * @returns its path; undefined while chunks are missing or are not what was sent: Redis may have lost them.
 */
export async function receiveFile(
  redis: Redis,
  search: string,
  entry: FileEntry,
  folder: string,
): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  for (const key of chunkKeys(search, entry)) {
    const chunk = await redis.getBuffer(key);
    if (chunk === null) return undefined;
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  if (createHash('sha256').update(bytes).digest('hex') !== entry.sha256) return undefined;
  const path = join(folder, entry.name);
  await writeFile(`${path}.part`, bytes);
  await rename(`${path}.part`, path);
  return path;
}

export function chunkKeys(search: string, { name, chunks }: FileEntry): readonly string[] {
  return Array.from({ length: chunks }, (_, place) => partKey(search, 'file', name, String(place)));
}
