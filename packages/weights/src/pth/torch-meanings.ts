import type { Refuse } from '../refusal.ts';
import type { Meanings } from './pickle/unpickle.ts';
import { Dict, Global, type PickleValue, Sequence, Storage, Tensor } from './pickle/values.ts';
import { isKnownName, storageType, unsafe } from './torch-names.ts';

/** PyTorch's own limit is 64. */
const MOST_DIMENSIONS = 64;

/**
 * What the names in a file of `torch.save` stand for. None of them is looked up anywhere: each is one of the few in
 * `torch-names.ts`, or the file is refused.
 * @param where the file's path, for messages.
 */
export function torchMeanings(where: string, refuse: Refuse): Meanings {
  const unlike = (name: string) =>
    refuse({ expected: `${name} with arguments as torch.save writes them`, received: 'others' });
  return {
    forbidden: (operation) => unsafe(where, `an object of a class (${operation})`),
    global: (name) => {
      if (isKnownName(name)) return new Global(name);
      throw unsafe(where, name);
    },
    call: ({ name }, args) => {
      switch (name) {
        case 'collections.OrderedDict':
          return orderedDict(args) ?? fail(unlike(name));
        case 'torch._utils._rebuild_tensor':
        case 'torch._utils._rebuild_tensor_v2':
          return tensor(args) ?? fail(unlike(name));
        case 'torch._utils._rebuild_parameter':
        case 'torch._utils._rebuild_parameter_with_state':
        case 'torch.nn.parameter.Parameter': {
          const [data] = args;
          return data instanceof Tensor ? data : fail(unlike(name));
        }
        case 'torch.Size':
          return new Sequence('tuple', [...args]);
        case 'torch.device':
          return String(args[0]);
        default:
          throw unsafe(where, `a call of ${name}`);
      }
    },
    storage: (id) => {
      const parts = id instanceof Sequence ? id.items : [];
      if (parts[0] === 'module') throw unsafe(where, 'a whole module, with its source code');
      return storage(parts, refuse) ?? fail(unlike('a persistent id'));
    },
  };
}

function fail(error: Error): never {
  throw error;
}

/** Empty, or of pairs. */
function orderedDict(args: readonly PickleValue[]): Dict | undefined {
  const dict = new Dict();
  const [pairs] = args;
  if (pairs === undefined) return dict;
  if (!(pairs instanceof Sequence)) return undefined;
  for (const pair of pairs.items) {
    if (!(pair instanceof Sequence && pair.items.length === 2)) return undefined;
    const [key = null, value = null] = pair.items;
    dict.entries.set(key, value);
  }
  return dict;
}

/** Of a storage, an offset, a shape and strides; what follows is about gradients. */
function tensor([storage, offset, shape, strides]: readonly PickleValue[]): Tensor | undefined {
  if (!(storage instanceof Storage) || !isSize(offset)) return undefined;
  const sizes = sizesOf(shape);
  const steps = sizesOf(strides);
  if (sizes === undefined || steps === undefined || sizes.length !== steps.length) return undefined;
  return new Tensor(storage, storage.offset + offset, sizes, steps);
}

/** ('storage', class, key, location, count), and in old files a view of it: None or (key, offset, count). */
function storage(parts: readonly PickleValue[], refuse: Refuse): Storage | undefined {
  const [kind, type, key, , count, view = null] = parts;
  if (kind !== 'storage' || !(type instanceof Global) || typeof key !== 'string' || !isSize(count)) return undefined;
  const numbers = storageType(type.name);
  if (numbers === undefined) {
    throw refuse({
      expected: 'tensors of float, half, bfloat16, double or integer numbers',
      received: type.name,
      remedy: 'write the state dict with numbers of one of these types',
    });
  }
  if (view === null) return new Storage(numbers, key, count, 0);
  const [, offset] = view instanceof Sequence ? view.items : [];
  return isSize(offset) ? new Storage(numbers, key, count, offset) : undefined;
}

function sizesOf(value: PickleValue | undefined): readonly number[] | undefined {
  if (!(value instanceof Sequence) || value.items.length > MOST_DIMENSIONS) return undefined;
  return value.items.every(isSize) ? value.items : undefined;
}

function isSize(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
