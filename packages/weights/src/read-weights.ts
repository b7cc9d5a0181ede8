import { createHash } from 'node:crypto';
import { readInput, UnreadableFile } from '@auto-seg-loss/files';
import { AslError, aslCommand } from '@auto-seg-loss/kernel';
import { formatOf } from './file-format.ts';
import { decodePth } from './pth/decode-pth.ts';
import { type Refuse, refusalOf } from './refusal.ts';
import { requireFinite } from './require-finite.ts';
import { decodeSafetensors } from './safetensors/decode-safetensors.ts';
import type { WeightsFile } from './state-dict.ts';
import { withoutWrappers } from './without-wrappers.ts';

const MOST_TENSORS = 50_000;
const LONGEST_NAME = 1024;

/** What Node reads at once; ResNet-101 has 180 MB. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * Reads a file of weights: safetensors, or a `.pth` of `torch.save`, which is told by its content. Nothing in it is run.
 * @throws AslError ASL_WEIGHTS_MISSING, ASL_WEIGHTS_INVALID (damaged, cut short, numbers that are not finite), ASL_WEIGHTS_UNSAFE
 * (a `.pth` that names something else than tensors).
 */
export async function readWeights(path: string): Promise<WeightsFile> {
  return decodeWeights(await readWeightsBytes(path), path);
}

/** The bytes of a file of weights. @throws AslError ASL_WEIGHTS_MISSING, ASL_WEIGHTS_INVALID. */
export async function readWeightsBytes(path: string): Promise<Buffer> {
  try {
    return await readInput(path, MOST_BYTES);
  } catch (cause) {
    if (!(cause instanceof UnreadableFile)) throw cause;
    if (cause.message !== 'no such file') throw refusalOf(path)({ expected: 'a file', received: cause.message });
    throw new AslError('ASL_WEIGHTS_MISSING', 'the file of weights is not there', {
      where: path,
      received: cause.message,
      remedy: `name a file that is there; "${aslCommand('weights', 'list')}" says where weights come from`,
      cause,
    });
  }
}

/** As `readWeights`, of bytes. @param where the file's path. */
export async function decodeWeights(bytes: Buffer, where: string): Promise<WeightsFile> {
  const refuse = refusalOf(where);
  const format = formatOf(bytes, refuse);
  const decoded =
    format === 'safetensors'
      ? { notes: [], ...decodeSafetensors(bytes, refuse) }
      : { metadata: {}, ...(await decodePth(bytes, format, where, refuse)) };
  refuseNames([...decoded.tensors.keys()], refuse);
  for (const [name, { data }] of decoded.tensors) {
    requireFinite(name, data, decoded.storedAs.get(name) ?? 'float32', where);
  }
  const { tensors: stateDict, notes } = withoutWrappers(decoded.tensors);
  return {
    path: where,
    format,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    stateDict,
    storedAs: withoutWrappers(decoded.storedAs).tensors,
    metadata: decoded.metadata,
    notes: [...decoded.notes, ...notes],
  };
}

/** Networks have some thousand tensors: names are compared with those of all backbones, and shown. */
function refuseNames(names: readonly string[], refuse: Refuse): void {
  if (names.length > MOST_TENSORS) {
    throw refuse({ expected: `at most ${MOST_TENSORS} tensors`, received: `${names.length}` });
  }
  const longest = Math.max(0, ...names.map(({ length }) => length));
  if (longest > LONGEST_NAME) {
    throw refuse({ expected: `names of at most ${LONGEST_NAME} characters`, received: `one of ${longest}` });
  }
}
