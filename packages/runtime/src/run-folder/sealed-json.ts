import { readFile } from 'node:fs/promises';
import { contentKey, type Json } from '@auto-seg-loss/kernel';

/** The fields of a JSON object. */
export type JsonFields = Readonly<Record<string, Json>>;

/**
 * A JSON object as text, with the SHA-256 of all its fields. What the object is known by (a key, a name) must be one of them:
 * else a file that is exchanged for another sound one is not noticed.
 */
export function sealedJson(fields: JsonFields, indent = 0): string {
  // Without what JSON leaves out, such as fields that are undefined.
  const content = JSON.parse(JSON.stringify(fields)) as JsonFields;
  return `${JSON.stringify({ ...content, sha256: contentKey(content) }, null, indent)}\n`;
}

/** Reads what `sealedJson` wrote. @returns undefined where there is no file; 'damaged' where it does not match its SHA-256. */
export async function readSealedJson(path: string): Promise<JsonFields | 'damaged' | undefined> {
  try {
    const read = JSON.parse(await readFile(path, 'utf8')) as unknown;
    if (typeof read !== 'object' || read === null || Array.isArray(read)) return 'damaged';
    const { sha256, ...content } = read as JsonFields;
    return contentKey(content) === sha256 ? content : 'damaged';
  } catch (error) {
    if (error instanceof SyntaxError) return 'damaged';
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
