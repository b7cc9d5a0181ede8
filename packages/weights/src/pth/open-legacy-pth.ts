import { BYTES_OF } from '../number-types.ts';
import type { Refuse } from '../refusal.ts';
import { type Unpickled, unpickle } from './pickle/unpickle.ts';
import { Dict, type PickleValue, Sequence, type Storage } from './pickle/values.ts';
import type { SavedObjects } from './saved-objects.ts';
import { torchMeanings } from './torch-meanings.ts';

/** How such a file begins: the pickle of the number 0x1950a86a20f9469cfc6c. */
export const LEGACY_BEGINNING: Uint8Array = Uint8Array.of(
  ...[0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e],
);

const PROTOCOL = 1001;
const COUNT_BYTES = 8;

/**
 * Opens what `torch.save` wrote before 1.6: pickles of a magic number, a protocol, the machine, the object and the keys of its
 * storages, one after another, and then each storage as its count and its numbers.
 * @throws AslError ASL_WEIGHTS_INVALID, ASL_WEIGHTS_UNSAFE.
 */
export function openLegacyPth(bytes: Uint8Array, where: string, refuse: Refuse): SavedObjects {
  const storages = new Map<string, Storage>();
  const meanings = torchMeanings(where, refuse);
  const noted = {
    ...meanings,
    storage: (id: PickleValue): Storage => {
      const storage = meanings.storage(id);
      const before = storages.get(storage.key);
      if (before !== undefined && (before.type !== storage.type || before.count !== storage.count)) {
        throw refuse({ expected: `storage ${storage.key} of one type and size`, received: 'two' });
      }
      storages.set(storage.key, storage);
      return storage;
    },
  };
  let end = LEGACY_BEGINNING.length;
  const next = (): PickleValue => {
    const read: Unpickled = unpickle(bytes, end, noted, refuse);
    end = read.end;
    return read.value;
  };
  const protocol = next();
  if (protocol !== PROTOCOL) {
    throw refuse({
      expected: `protocol ${PROTOCOL} of torch.save`,
      received: typeof protocol === 'number' ? `${protocol}` : 'no number',
    });
  }
  refuseBigEndian(next(), refuse);
  const root = next();
  const keys = keysOf(next(), refuse);
  const places = placesOf(bytes, end, keys, storages, refuse);
  return { root, bytesOf: ({ key }) => bytes.subarray(...(places.get(key) ?? fail(unlisted(key, refuse)))) };
}

type Place = readonly [begin: number, end: number];

/** Where the numbers of each storage lie, which fill the file from `first` to its end. */
function placesOf(
  bytes: Uint8Array,
  first: number,
  keys: readonly string[],
  storages: ReadonlyMap<string, Storage>,
  refuse: Refuse,
): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  let at = first;
  for (const key of keys) {
    const storage = storages.get(key);
    if (storage === undefined || places.has(key)) throw unlisted(key, refuse);
    const begin = at + COUNT_BYTES;
    at = begin + storage.count * BYTES_OF[storage.type];
    if (at > bytes.length) {
      throw refuse({ expected: `${at} bytes or more, as its storages promise`, received: `${bytes.length} bytes` });
    }
    const count = new DataView(bytes.buffer, bytes.byteOffset + begin - COUNT_BYTES).getBigInt64(0, true);
    if (count !== BigInt(storage.count)) {
      throw refuse({ expected: `${storage.count} numbers in storage ${key}`, received: `${count}` });
    }
    places.set(key, [begin, at]);
  }
  if (at !== bytes.length) {
    throw refuse({ expected: `${at} bytes, as its storages promise`, received: `${bytes.length} bytes` });
  }
  return places;
}

function keysOf(value: PickleValue, refuse: Refuse): readonly string[] {
  const keys = value instanceof Sequence ? value.items : [null];
  if (keys.every((key) => typeof key === 'string')) return keys;
  throw refuse({ expected: 'a list of the keys of storages', received: 'something else' });
}

function refuseBigEndian(machine: PickleValue, refuse: Refuse): void {
  const little = machine instanceof Dict ? machine.entries.get('little_endian') : undefined;
  if (little === true) return;
  throw refuse({
    expected: 'numbers with the little end first (little_endian is True)',
    received: `little_endian ${little === false ? 'False' : 'missing'}`,
    remedy: 'load it in PyTorch on this machine and save it again',
  });
}

function unlisted(key: string, refuse: Refuse): Error {
  return refuse({ expected: 'each storage in the list of storages, once', received: `storage ${key} is not` });
}

function fail(error: Error): never {
  throw error;
}
