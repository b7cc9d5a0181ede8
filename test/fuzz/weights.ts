import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Random } from '@auto-seg-loss/kernel';
import { encodeSafetensors, readWeights, recognizeBackbone, type WeightTensor } from '@auto-seg-loss/weights';
import {
  dict,
  integer,
  legacyPth,
  join as pickled,
  tensor,
  text,
  tuple,
  zipPth,
} from '../../packages/weights/test/pickles.ts';
import { damaged } from './damage.ts';

const GOLDEN = fileURLToPath(new URL('../../packages/weights/test/golden/', import.meta.url));

/** A checkpoint of two tensors with some other things in it. */
const PICKLE = Buffer.from(
  pickled(
    dict(
      ...[text('epoch'), integer(3), text('size'), tuple(integer(4), integer(5))],
      ...[
        text('state_dict'),
        dict(text('conv1.weight'), tensor(), text('bn1.bias'), tensor({ shape: [2, 2], strides: [1, 2] })),
      ],
    ),
  ),
);

const TENSORS: ReadonlyMap<string, WeightTensor> = new Map([
  ['conv1.weight', { dtype: 'float32', shape: [2, 1, 2, 2], data: new Float32Array(8).fill(0.5) }],
  ['bn1.bias', { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) }],
]);

/** Writes a damaged file of weights: of one of the forms, or with sound checksums around a damaged pickle. @returns what reads it. */
export async function nextWeights(place: string, random: Random): Promise<() => Promise<unknown>> {
  const file = join(place, 'weights.pth');
  await writeFile(file, await damagedWeights(random));
  return async () => recognizeBackbone((await readWeights(file)).stateDict);
}

async function damagedWeights(random: Random): Promise<Buffer> {
  switch (random.integer(0, 3)) {
    case 0:
      return zipPth(damaged(PICKLE, random));
    case 1:
      return legacyPth(damaged(PICKLE, random));
    case 2:
      return damagedHeader(random);
    default: {
      const names = ['all.pth', 'all-legacy.pth', 'all-protocol-5.pth', 'checkpoint.pth', 'all.safetensors'];
      return damaged(await readFile(join(GOLDEN, names[random.integer(0, names.length - 1)] ?? '')), random);
    }
  }
}

/** Safetensors whose header has the length that it says. */
function damagedHeader(random: Random): Buffer {
  const bytes = Buffer.from(encodeSafetensors({ tensors: TENSORS, metadata: { from: 'a test' } }));
  const end = 8 + Number(bytes.readBigUInt64LE());
  const header = damaged(bytes.subarray(8, end), random);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, bytes.subarray(end)]);
}
