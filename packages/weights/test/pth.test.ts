import { readFileSync } from 'node:fs';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { decodeWeights } from '../src/index.ts';
import { dict, FOUR, global, integer, join, legacyPth, type Part, tensor, text, tuple, zipPth } from './pickles.ts';
import { readOrRefused, refused } from './refused.ts';
import { storedZip } from './stored-zip.ts';

const named = (part: Part): Part => dict(text('a'), part);
const GOOD = named(tensor());

const FORMS = [
  ['zip', (root: Part) => zipPth(root)],
  ['older', (root: Part) => legacyPth(root)],
] as const;

describe.each(FORMS)('the %s form', (_, file) => {
  test('of one tensor is read', async () => {
    const { stateDict } = await decodeWeights(file(GOOD), 'file');
    expect(stateDict.get('a')).toEqual({ dtype: 'float32', shape: [4], data: Float32Array.of(1, -2, 3, 4.5) });
  });

  const call = (module: string, name: string): Part => join(global(module, name), tuple(text('true')), 'R');

  test.each<[string, Part, string]>([
    ['a call', call('builtins', 'len'), 'builtins.len'],
    ['a name alone', global('math', 'sqrt'), 'math.sqrt'],
    ['a name from the stack', join(text('math'), text('sqrt'), [0x93]), 'math.sqrt'],
    ['a name with dots in it', join(text('torch'), text('nn.Linear'), [0x93]), 'torch.nn.Linear'],
    ['one of PyTorch that is not about tensors', call('torch', 'load'), 'torch.load'],
    ['a plain type', call('builtins', 'str'), 'builtins.str'],
    ['a type of numbers that is called', call('torch', 'float32'), 'a call of torch.float32'],
    ['a storage that is made', call('torch', 'FloatStorage'), 'a call of torch.FloatStorage'],
    ['an instance', join('(', text('true'), 'ibuiltins\nstr\n'), 'INST'],
    ['a new object', join(global('collections', 'OrderedDict'), ')', [0x81]), 'NEWOBJ'],
    ['an object off the stack', join('(', global('collections', 'OrderedDict'), 'o'), 'OBJ'],
    ['a registered extension', join([0x82, 1]), 'EXT1'],
    ['a persistent id in text', 'Pname\n', 'PERSID'],
    ['a module with its source', join(tuple(text('module'), text('x'), text('x.py'), text('x')), 'Q'), 'whole module'],
  ])('with %s in it is refused, and that is named', async (_name, part, what) => {
    const message = await refused(file(dict(text('a'), tensor(), text('b'), part)));
    expect(message).toMatch(/^ASL_WEIGHTS_UNSAFE/);
    expect(message).toContain(what);
    expect(message).toContain('nothing of it was run');
  });

  test.each<[string, Part, string]>([
    ['a view beyond its storage', tensor({ shape: [5] }), 'within its storage of 4'],
    ['an offset beyond', tensor({ offset: 1 }), 'within its storage'],
    ['strides beyond', tensor({ shape: [2, 2], strides: [4, 1] }), 'within its storage'],
    ['a size below 0', tensor({ shape: [-4] }), '_rebuild_tensor_v2 with arguments'],
    ['more axes than strides', tensor({ shape: [2, 2], strides: [1] }), '_rebuild_tensor_v2 with arguments'],
    ['more numbers than its bytes', tensor({ count: 5, shape: [5] }), 'bytes'],
    ['numbers without an end', tensor({ shape: [1e6, 1e6], strides: [0, 0] }), 'no larger than the file'],
    ['a size that no number holds', tensor({ shape: [2 ** 40, 2 ** 40], strides: [0, 0] }), 'no larger than the file'],
    ['complex numbers', tensor({ storage: 'ComplexFloatStorage' }), 'torch.ComplexFloatStorage'],
    ['no storage', join(tuple(text('storage'), text('x')), 'Q'), 'a persistent id'],
  ])('with %s is refused', async (_name, part, what) => {
    const message = await refused(file(named(part)));
    expect(message).toMatch(/^ASL_WEIGHTS_INVALID/);
    expect(message).toContain(what);
  });

  test.each<[string, Part, string]>([
    ['a list', join(']'), 'no dict'],
    ['one tensor', tensor(), 'one tensor'],
    ['other things', dict(text('epoch'), integer(3)), 'a dict of: epoch'],
    ['an empty dict', '}', 'a dict of: nothing'],
  ])('of %s has no weights', async (_name, part, what) => {
    expect(await refused(file(part))).toContain(what);
  });

  test.each<[string, Part]>([
    ['nested without an end', '('.repeat(2000)],
    ['with an integer of a thousand bytes', join([0x8b, 0xe8, 3, 0, 0], Buffer.alloc(1000))],
    ['that recalls what was not remembered', join('h', [7])],
    ['that takes more than there is', 'R'],
    ['with a mark that is not there', 'e'],
    ['with a key alone', join('}(', text('a'), 'u')],
    ['with text beyond its end', join('X', [255, 255, 255, 127])],
    ['with text that is none', join('X', [1, 0, 0, 0, 0xff])],
    ['with a protocol to come', join([0x80, 9])],
    ['of a million operations', 'N0'.repeat(500_001)],
    ['with a frame of no length', join([0x95], Buffer.alloc(8, 255))],
    ['with attributes of a tensor', join(tensor(), '}', 'b')],
    ['with an unknown operation', '\xff'],
  ])('of a pickle %s is refused', async (_name, part) => {
    expect(await refused(file(part))).toMatch(/^ASL_WEIGHTS_INVALID/);
  });

  test('within itself is read', async () => {
    const { notes } = await decodeWeights(
      file(join('}', 'q\0', '(', text('a'), tensor(), text('b'), 'h\0', 'u')),
      'file',
    );
    expect(notes).toEqual(['left out, since they are no tensors by name: b']);
  });

  test('with averaged weights beside others: the averaged are taken, and both are said', async () => {
    const other = tensor({ shape: [2], strides: [2] });
    const root = dict(text('state_dict'), named(other), text('state_dict_ema'), GOOD);
    const { stateDict, notes } = await decodeWeights(file(root), 'file');
    expect(stateDict.get('a')?.shape).toEqual([4]);
    expect(notes).toEqual(['the tensors are those of "state_dict_ema"; "state_dict" is there too']);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'with %s in it is refused',
    async (value) => {
      const bytes = file(GOOD);
      const at = bytes.indexOf(FOUR);
      const numbers = new Uint8Array(Float32Array.of(1, 2, value, 4).buffer);
      const changed = file === FORMS[1][1] ? Buffer.from(bytes).fill(numbers, at, at + 16) : zipOf(numbers);
      const message = await refused(changed);
      expect(message).toContain('the tensor "a" has a number that is not finite');
      expect(message).toContain(`${value} at index 2 of 4`);
    },
  );
});

const PICKLE = join([0x80, 2], GOOD, '.');

function zipOf(numbers: Uint8Array): Buffer {
  return storedZip([
    { name: 'x/data.pkl', content: PICKLE },
    { name: 'x/data/0', content: numbers },
  ]);
}

describe('a zip archive', () => {
  const byteorder = (order: string) => zipPth(GOOD, [{ name: 'x/byteorder', content: Buffer.from(order) }]);

  test('may say that its numbers begin at the little end, not at the other', async () => {
    expect((await decodeWeights(byteorder('little'), 'file')).stateDict.size).toBe(1);
    expect(await refused(byteorder('big'))).toContain('byteorder "big"');
  });

  test.each<[string, Buffer, string]>([
    [
      'of a storage that was changed',
      storedZip([
        { name: 'x/data.pkl', content: PICKLE },
        { name: 'x/data/0', content: FOUR, crc: 1 },
      ]),
      'CRC-32 00000001 of x/data/0',
    ],
    [
      'that is compressed',
      storedZip([{ name: 'x/data.pkl', content: PICKLE, method: 8, size: 1e9 }]),
      'x/data.pkl is compressed',
    ],
    ['that promises more than it has', storedZip([{ name: 'x/data.pkl', content: PICKLE, size: 1e9 }]), 'received'],
    ['with a file twice', zipPth(GOOD, [{ name: 'x/data/0', content: FOUR }]), 'x/data/0 twice'],
    [
      'whose files lie in each other',
      zipPth(GOOD, [{ name: 'x/data/1', content: FOUR, placeOf: 'x/data/0' }]),
      'within another',
    ],
    ['without its storage', storedZip([{ name: 'x/data.pkl', content: PICKLE }]), 'no such file in the archive'],
    ['of something else', storedZip([{ name: 'word/document.xml', content: FOUR }]), 'word/document.xml'],
    ['of two saved objects', zipPth(GOOD, [{ name: 'y/data.pkl', content: PICKLE }]), 'several'],
    ['whose names lead out of it', zipPth(GOOD, [{ name: '../data/1', content: FOUR }]), 'a whole zip archive'],
  ])('%s is refused', async (_name, bytes, what) => {
    const message = await refused(bytes);
    expect(message).toMatch(/^ASL_WEIGHTS_INVALID/);
    expect(message).toContain(what);
  });

  test('of TorchScript is a program', async () => {
    const program = zipPth(GOOD, [{ name: 'x/code/a.py', content: Buffer.from('pass') }]);
    expect(await refused(program)).toMatch(/^ASL_WEIGHTS_UNSAFE.*TorchScript/);
  });
});

describe('an older file', () => {
  test('may have storages that are a part of another', async () => {
    const view = tensor({ view: 1, offset: 1, shape: [2] });
    const { stateDict } = await decodeWeights(legacyPth(named(view)), 'file');
    expect(stateDict.get('a')?.data).toEqual(Float32Array.of(3, 4.5));
  });

  test.each<[string, Buffer, string]>([
    ['of the other byte order', legacyPth(GOOD, { little: false }), 'little_endian False'],
    ['whose storage is not listed', legacyPth(GOOD, { keys: [] }), 'storage 0 is not'],
    ['that lists a storage that nothing uses', legacyPth(GOOD, { keys: ['0', '1'] }), 'storage 1 is not'],
    ['whose storage counts other numbers', legacyPth(GOOD, { count: 3 }), '4 numbers in storage 0'],
    ['that goes on after its storages', join(legacyPth(GOOD), 'x'), 'its storages promise'],
  ])('%s is refused', async (_name, bytes, what) => {
    expect(await refused(bytes)).toContain(what);
  });
});

const golden = (name: string) => readFileSync(new URL(`golden/${name}`, import.meta.url));

describe.each(['all.pth', 'checkpoint.pth', 'all-protocol-5.pth', 'all-legacy.pth'])('%s', (name) => {
  const bytes = golden(name);

  test.prop([fc.nat(bytes.length - 1)])('cut short is refused', async (length) => {
    expect(await refused(bytes.subarray(0, length))).toMatch(/^ASL_WEIGHTS_/);
  });

  const changes = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })), {
    minLength: 1,
    maxLength: 3,
  });

  test.prop([changes], { numRuns: 400 })(
    'with changed bytes is refused, or comes to whole tensors',
    async (changed) => {
      const damaged = Buffer.from(bytes);
      for (const [position, change] of changed) damaged[position] = (damaged[position] ?? 0) ^ change;
      const outcome = await readOrRefused(damaged);
      if (typeof outcome === 'string') return;
      for (const { shape, data } of outcome.stateDict.values()) {
        expect(data.length).toBe(shape.reduce((product, size) => product * size, 1));
      }
      // The older form has no checksums, so that another number is another number.
      if (name.includes('legacy')) return;
      const { stateDict } = await decodeWeights(bytes, name);
      expect(outcome.stateDict).toEqual(stateDict);
    },
  );
});

test('many views of one storage cost its checksum once', async () => {
  const numbers = new Uint8Array(2 ** 24);
  const views = Array.from({ length: 2000 }, (_, index) => [text(`t${index}`), tensor({ count: 2 ** 22 })]).flat();
  const { stateDict } = await decodeWeights(
    storedZip([
      { name: 'x/data.pkl', content: join([0x80, 2], dict(...views), '.') },
      { name: 'x/data/0', content: numbers },
    ]),
    'file',
  );
  expect(stateDict.size).toBe(2000);
});
