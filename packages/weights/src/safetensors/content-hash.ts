import { createHash } from 'node:crypto';
import type { SafetensorsContent } from './encode-safetensors.ts';

/** SHA-256 over all that a file of safetensors says: names, shapes, numbers and metadata, but for its own `sha256` among them. */
export function contentHash({ tensors, metadata }: SafetensorsContent): string {
  const { sha256: _, ...rest } = metadata;
  const hash = createHash('sha256').update(JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))));
  for (const [name, { shape, data }] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(JSON.stringify([name, shape])).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}
