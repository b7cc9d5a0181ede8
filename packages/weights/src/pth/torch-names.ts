import { AslError } from '@auto-seg-loss/kernel';
import type { NumberType } from '../state-dict.ts';

/** The types of numbers that a storage's class stands for. */
const STORAGES: Readonly<Record<string, NumberType>> = {
  FloatStorage: 'float32',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  DoubleStorage: 'float64',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
};

const STORAGE_CLASS = /^torch\.(?:cuda\.|storage\.)?([A-Z][A-Za-z0-9]*Storage)$/;

/** Names of what a tensor is made with, and of what is only told of it. */
export const CALLED: ReadonlySet<string> = new Set([
  'collections.OrderedDict',
  'torch._utils._rebuild_tensor',
  'torch._utils._rebuild_tensor_v2',
  'torch._utils._rebuild_parameter',
  'torch._utils._rebuild_parameter_with_state',
  // Until 0.4.
  'torch.nn.parameter.Parameter',
  'torch.Size',
  'torch.device',
]);

/** Types of numbers, which stand in checkpoints as values. */
const DTYPE =
  /^torch\.(?:float|double|half|bfloat|u?int|long|short|bool|complex|q?u?int)\d*(?:_e\dm\d(?:fn)?(?:uz)?|x\d)?$/;

/** Whether a pickle may name this: a storage's class, a type of numbers, or what makes tensors and OrderedDicts. */
export function isKnownName(name: string): boolean {
  return CALLED.has(name) || STORAGE_CLASS.test(name) || DTYPE.test(name);
}

/** The type of a storage's numbers by the name of its class; undefined for those that are not read. */
export function storageType(name: string): NumberType | undefined {
  const [, kind = ''] = STORAGE_CLASS.exec(name) ?? [];
  return Object.hasOwn(STORAGES, kind) ? STORAGES[kind] : undefined;
}

/**
 * The error of a file that would have Python call something.
 * @param what the thing, as "argparse.Namespace".
 */
export function unsafe(where: string, what: string): AslError {
  return new AslError(
    'ASL_WEIGHTS_UNSAFE',
    `the file names ${what}, which is neither a tensor nor a container of tensors`,
    {
      where,
      expected: 'tensors in dicts, lists and tuples: what torch.save(network.state_dict(), …) writes',
      received: what,
      remedy: [
        'nothing of it was run. Ask whoever made the file for the state dict alone, best as safetensors;',
        'or, only if you trust them, write its tensors alone in PyTorch, where reading it may run code',
      ].join(' '),
    },
  );
}
