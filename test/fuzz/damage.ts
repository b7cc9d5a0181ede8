import type { Random } from '@auto-seg-loss/kernel';

/** What makes something unusual of a text or of bytes: one thing that accidents and attackers do. */
type Damage = (bytes: Buffer, random: Random) => Buffer;

/** Pieces that parsers and file systems trip over. */
const PIECES: readonly string[] = [
  '\0',
  '\u001b[2J',
  '\uFEFF',
  '\u202e',
  '\ud800',
  '[',
  '{',
  '"',
  "'",
  '\\',
  ',',
  ':',
  '\n',
  '\t',
  '&a ',
  '*a',
  '<<: *a',
  '!!js/function ',
  '---\n',
  'null',
  'NaN',
  '1e999',
  '-0',
  '-1',
  '99999999999999999999',
  '0x10',
  '../',
  './x',
  '/dev/zero',
  '__proto__',
  'constructor',
  '$HOME',
  '[[[[[[[[[[',
  'a'.repeat(300),
];

const DAMAGES: readonly Damage[] = [
  // A bit.
  (bytes, random) => {
    const copy = Buffer.from(bytes);
    if (copy.length > 0) {
      const at = random.integer(0, copy.length - 1);
      copy[at] = (copy[at] ?? 0) ^ (1 << random.integer(0, 7));
    }
    return copy;
  },
  // A byte.
  (bytes, random) => {
    const copy = Buffer.from(bytes);
    if (copy.length > 0) copy[random.integer(0, copy.length - 1)] = random.integer(0, 255);
    return copy;
  },
  // The end is gone.
  (bytes, random) => bytes.subarray(0, random.integer(0, bytes.length)),
  // Something more.
  (bytes, random) => {
    const at = random.integer(0, bytes.length);
    const piece = Buffer.from(PIECES[random.integer(0, PIECES.length - 1)] ?? '');
    return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
  },
  // A part is gone, or there twice.
  (bytes, random) => {
    const [a, b] = [random.integer(0, bytes.length), random.integer(0, bytes.length)].sort((x, y) => x - y) as [
      number,
      number,
    ];
    return random.uniform() < 0.5
      ? Buffer.concat([bytes.subarray(0, a), bytes.subarray(b)])
      : Buffer.concat([bytes.subarray(0, b), bytes.subarray(a)]);
  },
  // Noise.
  (_bytes, random) => Buffer.from(Array.from({ length: random.integer(0, 200) }, () => random.integer(0, 255))),
];

/** Bits and bytes; of all, what changes least. */
const SMALL = 2;

/** Damaged between once and three times, half of the time in a bit or a byte. */
export function damaged(bytes: Uint8Array, random: Random): Buffer {
  let result = Buffer.from(bytes);
  for (let times = random.integer(1, 3); times > 0; times--) {
    const last = random.uniform() < 0.5 ? SMALL - 1 : DAMAGES.length - 1;
    result = Buffer.from((DAMAGES[random.integer(0, last)] as Damage)(result, random));
  }
  return result;
}

/** Values that no field expects. */
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  0.5,
  1e308,
  2 ** 53,
  '',
  ' ',
  'miou',
  './x',
  '../../etc/passwd',
  '/dev/zero',
  'a\0b',
  '\u001b[31mred\n',
  'x'.repeat(5000),
  '@acme/../x',
  'constructor',
  [],
  [null],
  [[[]]],
  Array.from({ length: 200 }, () => 'miou'),
  {},
  { use: 'miou' },
  { use: './x' },
  { use: { use: 1 } },
  { use: 'weighted', metrics: [{ use: 'weighted', metrics: [{ use: 'miou' }] }] },
];

/** Another value at some place of a tree, or a field more or less. */
export function changed(value: unknown, random: Random): unknown {
  const stop = random.uniform() < 0.15;
  if (stop || typeof value !== 'object' || value === null) return VALUES[random.integer(0, VALUES.length - 1)];
  if (Array.isArray(value)) {
    if (value.length === 0) return [changed(null, random)];
    const at = random.integer(0, value.length - 1);
    return value.map((each: unknown, index) => (index === at ? changed(each, random) : each));
  }
  const entries = Object.entries(value);
  const kind = random.uniform();
  if (kind < 0.1 || entries.length === 0) return { ...value, [`extra${random.integer(0, 9)}`]: changed(null, random) };
  const at = random.integer(0, entries.length - 1);
  if (kind < 0.25) return Object.fromEntries(entries.filter((_, index) => index !== at));
  return Object.fromEntries(entries.map(([key, each], index) => [key, index === at ? changed(each, random) : each]));
}
