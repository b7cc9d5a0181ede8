import type { PickleValue, Storage } from './pickle/values.ts';

/** What a file of `torch.save` holds: an object, and the numbers that its tensors are views of. */
export interface SavedObjects {
  readonly root: PickleValue;
  /** The bytes of a whole storage. @throws AslError where they are not there, or not so many. */
  readonly bytesOf: (storage: Storage) => Uint8Array;
}
