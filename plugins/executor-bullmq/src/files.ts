import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { partKey } from './keys.ts';
import { type Chunked, chunkedSchema, type FileEntry, read } from './messages.ts';

/** Of one value in Redis: what a slow line carries well before the connection counts as silent. */
const CHUNK_BYTES = 2 ** 18;

/** Puts a file of a search into Redis. @param ttlMs how long it stays unless that is prolonged. */
export async function sendFile(
  redis: Redis,
  search: string,
  file: { readonly name: string; readonly path: string },
  ttlMs: number,
): Promise<FileEntry> {
  const chunked = await sendBytes(redis, partKey(search, 'file', file.name), await readFile(file.path), ttlMs);
  return { name: file.name, ...chunked };
}

/**
 * Takes a file of a search from Redis into a folder.
 * @returns its path; undefined while chunks are missing or are not what was sent: Redis may have lost them.
 */
export async function receiveFile(
  redis: Redis,
  search: string,
  entry: FileEntry,
  folder: string,
): Promise<string | undefined> {
  const bytes = await receiveBytes(redis, partKey(search, 'file', entry.name), entry);
  if (bytes === undefined) return undefined;
  const path = join(folder, entry.name);
  await writeFile(`${path}.part`, bytes);
  await rename(`${path}.part`, path);
  return path;
}

/** The keys of a file's chunks. */
export function fileKeys(search: string, entry: FileEntry): readonly string[] {
  return chunkKeys(partKey(search, 'file', entry.name), entry);
}

/** Puts bytes into Redis that may be lost; what says how many there are comes last. */
export async function keepBytes(redis: Redis, key: string, bytes: Buffer, ttlMs: number): Promise<void> {
  const chunked = await sendBytes(redis, key, bytes, ttlMs);
  await redis.set(key, JSON.stringify(chunked), 'PX', ttlMs);
}

/** @returns undefined where there are none, or not those that were kept. */
export async function keptBytes(redis: Redis, key: string): Promise<Buffer | undefined> {
  const chunked = read(chunkedSchema, await redis.get(key));
  return chunked === undefined ? undefined : receiveBytes(redis, key, chunked);
}

export async function forgetBytes(redis: Redis, key: string): Promise<void> {
  const chunked = read(chunkedSchema, await redis.get(key));
  if (chunked !== undefined) await redis.unlink(key, ...chunkKeys(key, chunked));
}

async function sendBytes(redis: Redis, key: string, bytes: Buffer, ttlMs: number): Promise<Chunked> {
  const chunked: Chunked = {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    chunks: Math.ceil(bytes.length / CHUNK_BYTES),
  };
  for (const [place, chunk] of chunkKeys(key, chunked).entries())
    await redis.set(chunk, bytes.subarray(place * CHUNK_BYTES, (place + 1) * CHUNK_BYTES), 'PX', ttlMs);
  return chunked;
}

async function receiveBytes(redis: Redis, key: string, chunked: Chunked): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  for (const each of chunkKeys(key, chunked)) {
    const chunk = await redis.getBuffer(each);
    if (chunk === null) return undefined;
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  return createHash('sha256').update(bytes).digest('hex') === chunked.sha256 ? bytes : undefined;
}

function chunkKeys(key: string, { chunks }: Chunked): readonly string[] {
  return Array.from({ length: chunks }, (_, place) => `${key}:${place}`);
}
