import { storedZip, type ZipFile } from './stored-zip.ts';

/** Parts of pickles by hand, in the operations of protocol 2. */
export type Part = string | Uint8Array | readonly number[];

const bytesOf = (part: Part): Uint8Array =>
  typeof part === 'string' ? Buffer.from(part, 'latin1') : Uint8Array.from(part);

export const join = (...parts: readonly Part[]): Buffer => Buffer.concat(parts.map(bytesOf));

export const PROTO: Part = [0x80, 2];
export const STOP = '.';

export function text(value: string): Part {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(Buffer.byteLength(value));
  return join('X', length, Buffer.from(value));
}

export function integer(value: number): Part {
  const bytes = Buffer.alloc(10);
  bytes.set([0x8a, 8]);
  bytes.writeBigInt64LE(BigInt(value), 2);
  return bytes;
}

export const global = (module: string, name: string): Part => `c${module}\n${name}\n`;
export const tuple = (...items: readonly Part[]): Part => join('(', ...items, 't');
export const dict = (...items: readonly Part[]): Part => join('}(', ...items, 'u');
const call = (callee: Part, ...args: readonly Part[]): Part => join(callee, tuple(...args), 'R');

export interface TensorParts {
  readonly key?: string;
  readonly storage?: string;
  readonly count?: number;
  readonly offset?: number;
  readonly shape?: readonly number[];
  readonly strides?: readonly number[];
  /** Where the storage begins in another, as in files of before 0.4. */
  readonly view?: number;
}

/** A tensor as torch.save writes it; of 4 numbers unless said otherwise. */
export function tensor({
  key = '0',
  storage = 'FloatStorage',
  count = 4,
  offset = 0,
  shape = [4],
  strides = [1],
  view,
}: TensorParts = {}): Part {
  const within = view === undefined ? [] : [tuple(text('view'), integer(view), integer(count - view))];
  const id = tuple(text('storage'), global('torch', storage), text(key), text('cpu'), integer(count), ...within);
  return call(
    global('torch._utils', '_rebuild_tensor_v2'),
    join(id, 'Q'),
    integer(offset),
    tuple(...shape.map(integer)),
    tuple(...strides.map(integer)),
    [0x89],
    call(global('collections', 'OrderedDict')),
  );
}

export const FOUR: Uint8Array = new Uint8Array(Float32Array.of(1, -2, 3, 4.5).buffer);

/** A zip file of torch.save with this object in it, and one storage of four numbers. */
export function zipPth(root: Part, files: readonly ZipFile[] = []): Buffer {
  return storedZip([
    { name: 'x/data.pkl', content: join(PROTO, root, STOP) },
    { name: 'x/data/0', content: FOUR },
    ...files,
  ]);
}

const MAGIC: Part = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

/** The same as torch.save wrote it before 1.6. */
export function legacyPth(
  root: Part,
  { little = true, keys = keysIn(root), count = 4, storages = FOUR }: LegacyParts = {},
): Buffer {
  const counted = Buffer.alloc(8);
  counted.writeBigInt64LE(BigInt(count));
  return join(
    MAGIC,
    join(PROTO, [0x4d, 0xe9, 3], STOP),
    join(PROTO, dict(text('little_endian'), [little ? 0x88 : 0x89]), STOP),
    join(PROTO, root, STOP),
    join(PROTO, '](', ...keys.map(text), 'e', STOP),
    ...(keys.length === 0 ? [] : [counted, storages]),
  );
}

/** Of the tensors in this file only one storage is made. */
function keysIn(root: Part): readonly string[] {
  return join(root).includes('storage') ? ['0'] : [];
}

export interface LegacyParts {
  readonly little?: boolean;
  readonly keys?: readonly string[];
  readonly count?: number;
  readonly storages?: Uint8Array;
}
