import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';
import type { Json } from './searcher.ts';

// The package's types describe a default export inside a CommonJS module; what it exports is the function itself.
const serialize = canonicalize as unknown as (value: Json) => string;

/** JSON with sorted keys and no spaces (RFC 8785): equal values give equal text. */
export function canonicalJson(value: Json): string {
  return serialize(value);
}

/** SHA-256 of the canonical JSON, in hex: what trials and loss files are known by. */
export function contentKey(value: Json): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalJson(value))));
}
