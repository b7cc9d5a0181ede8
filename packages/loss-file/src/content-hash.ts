import { contentKey, type Json } from '@auto-seg-loss/kernel';

/** SHA-256 of the canonical JSON (RFC 8785) of everything but the hash itself: layout and order of keys do not count. */
export function contentHash(file: object): string {
  const { sha256: _itself, ...content } = file as Readonly<Record<string, Json>>;
  return contentKey(content);
}
