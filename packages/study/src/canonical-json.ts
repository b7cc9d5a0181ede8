import { createHash } from 'node:crypto';
import type { Json } from '@auto-seg-loss/kernel';
import canonicalize from 'canonicalize';

// The package's types describe a default export inside a CommonJS module; what it exports is the function itself.
const serialize = canonicalize as unknown as (value: Json) => string;

/** JSON with sorted keys and no spaces (RFC 8785): equal values give equal text. */
export function canonicalJson(value: Json): string {
  return serialize(value);
}

/** SHA-256 of the canonical JSON, in hex: what a trial is known by. */
export function contentKey(value: Json): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
