import { readFile } from 'node:fs/promises';
import type { Json } from '@auto-seg-loss/kernel';
import { contentKey } from '@auto-seg-loss/study';
import { writeFile } from './write-file.ts';

/**
 * Reads a JSON object whose `sha256` is that of one of its fields.
 * @returns undefined where there is no file, or a damaged one: what it held can be made again.
 */
export async function readSealedJson(
  path: string,
  field: string,
): Promise<Readonly<Record<string, Json | undefined>> | undefined> {
  try {
    const read = JSON.parse(await readFile(path, 'utf8')) as Readonly<Record<string, Json | undefined>>;
    const value = read[field];
    return value !== undefined && contentKey(value) === read.sha256 ? read : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a JSON object with the `sha256` of one of its fields. @throws AslError ASL_RUN_FOLDER. */
export async function writeSealedJson(
  path: string,
  content: Readonly<Record<string, Json>>,
  field: string,
): Promise<void> {
  await writeFile(path, `${JSON.stringify({ ...content, sha256: contentKey(content[field] ?? null) })}\n`);
}
