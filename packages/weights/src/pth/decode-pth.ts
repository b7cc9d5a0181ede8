import type { Refuse } from '../refusal.ts';
import type { NumberType, WeightTensor } from '../state-dict.ts';
import { findStateDict } from './find-state-dict.ts';
import { openLegacyPth } from './open-legacy-pth.ts';
import { openZipPth } from './open-zip-pth.ts';
import { budgetOf, tensorNumbers } from './tensor-numbers.ts';

export interface DecodedPth {
  readonly tensors: ReadonlyMap<string, WeightTensor>;
  readonly storedAs: ReadonlyMap<string, NumberType>;
  readonly notes: readonly string[];
}

/**
 * The tensors of a file that `torch.save` wrote. Its pickles are read as tensors and containers only: nothing in them is called
 * or looked up, and one that asks for more is refused.
 * @throws AslError ASL_WEIGHTS_INVALID, ASL_WEIGHTS_UNSAFE.
 */
export async function decodePth(
  bytes: Buffer,
  format: 'pth' | 'legacy-pth',
  where: string,
  refuse: Refuse,
): Promise<DecodedPth> {
  const { root, bytesOf } =
    format === 'pth' ? await openZipPth(bytes, where, refuse) : openLegacyPth(bytes, where, refuse);
  const found = findStateDict(root, refuse);
  const budget = budgetOf(bytes.length);
  const tensors = new Map<string, WeightTensor>();
  const storedAs = new Map<string, NumberType>();
  for (const [name, tensor] of found.tensors) {
    const data = tensorNumbers(name, tensor, bytesOf(tensor.storage), budget, refuse);
    tensors.set(name, { dtype: 'float32', shape: tensor.shape, data });
    storedAs.set(name, tensor.storage.type);
  }
  return { tensors, storedAs, notes: found.notes };
}
