import { LEGACY_BEGINNING } from './pth/open-legacy-pth.ts';
import type { Refuse } from './refusal.ts';
import type { WeightsFormat } from './state-dict.ts';

/** What is often found in place of weights, by how it begins. */
const OTHERS: readonly (readonly [begins: (text: string) => boolean, what: string, remedy: string])[] = [
  [
    (text) => text.startsWith('version https://git-lfs'),
    'a pointer of Git LFS',
    'fetch what it points to: git lfs pull',
  ],
  [(text) => /^\s*<(?:!doctype|html|\?xml)/i.test(text), 'a web page', 'fetch the file itself'],
  [
    (text) => text.startsWith('\x89HDF'),
    'an HDF5 file',
    'write its tensors as safetensors, in the layout and the names of PyTorch',
  ],
  [(text) => text.startsWith('\x93NUMPY'), 'an array of NumPy', 'write all tensors into one file of safetensors'],
  [(text) => text.startsWith('\x1f\x8b'), 'a file compressed by gzip', 'unpack it first'],
  [
    (text) => text.startsWith('ustar', 257),
    'a tar archive',
    'unpack it; or, where torch.save of before 0.1.10 wrote it, save it again with a later one',
  ],
  [
    (text) => text.startsWith('\x80'),
    'a pickle that torch.save did not write',
    'save a state dict with torch.save, or as safetensors',
  ],
];

const LOOKED_AT = 512;

/**
 * What a file of weights is by its first bytes, whatever its name.
 * @throws the error that `refuse` makes, saying what it looks like instead.
 */
export function formatOf(bytes: Buffer, refuse: Refuse): WeightsFormat {
  const beginning = bytes.toString('latin1', 0, LOOKED_AT);
  if (beginning.startsWith('PK\x03\x04')) return 'pth';
  if (bytes.subarray(0, LEGACY_BEGINNING.length).equals(LEGACY_BEGINNING)) return 'legacy-pth';
  // After the length of its header.
  if (beginning[8] === '{') return 'safetensors';
  const expected = 'safetensors, or what torch.save writes';
  for (const [begins, received, remedy] of OTHERS) {
    if (begins(beginning)) throw refuse({ expected, received, remedy });
  }
  throw refuse({ expected, received: bytes.length === 0 ? 'an empty file' : 'something else, or a damaged beginning' });
}
