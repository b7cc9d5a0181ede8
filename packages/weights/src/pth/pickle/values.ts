import type { NumberType } from '../../state-dict.ts';

/** A list, tuple or set. */
export class Sequence {
  readonly kind: 'list' | 'tuple' | 'set';
  readonly items: PickleValue[];

  constructor(kind: Sequence['kind'], items: PickleValue[]) {
    this.kind = kind;
    this.items = items;
  }
}

/** A dict, or an OrderedDict, whose attributes are not kept. */
export class Dict {
  readonly entries: Map<PickleValue, PickleValue> = new Map();
}

/** One of the few things that a pickle may name: "torch._utils._rebuild_tensor_v2". */
export class Global {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Numbers that lie elsewhere in the file, all of one type. */
export class Storage {
  readonly type: NumberType;
  /** Which of the file's storages. */
  readonly key: string;
  /** How many numbers the whole storage has. */
  readonly count: number;
  /** Where this begins in it, in numbers: old files have storages that are a part of another. */
  readonly offset: number;

  constructor(type: NumberType, key: string, count: number, offset: number) {
    this.type = type;
    this.key = key;
    this.count = count;
    this.offset = offset;
  }
}

/** A view of a storage. */
export class Tensor {
  readonly storage: Storage;
  /** In numbers, from the beginning of the whole storage. */
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(storage: Storage, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

/** What unpickling can come to. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Sequence
  | Dict
  | Global
  | Storage
  | Tensor;
