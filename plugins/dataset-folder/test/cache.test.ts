import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { colourPng, greyPng, temporaryFolder, write } from '../../../packages/samples/test/fixtures.ts';
import { open, PLAIN, plainFolders } from './fixtures.ts';

const CHANGED = new Date('2020-01-01T00:00:00Z');

async function entries(cache: string): Promise<string[]> {
  const folder = join(cache, 'samples');
  return (await readdir(folder).catch(() => [])).sort().map((name) => join(folder, name));
}

async function prepared() {
  const root = await temporaryFolder();
  const cache = join(root, 'cache');
  await write(root, plainFolders());
  await utimes(join(root, 'train/images/a.png'), CHANGED, CHANGED);
  const first = await (await open(root, PLAIN, cache)).train.read(0);
  const [entry] = await entries(cache);
  if (entry === undefined) throw new Error('no cache entry was written');
  return { root, cache, first, entry };
}

describe('cache of decoded samples', () => {
  test('a second data set reads the entry', async () => {
    const { root, cache, first, entry } = await prepared();
    const { mtimeMs, ino } = await stat(entry);
    expect(await (await open(root, PLAIN, cache)).train.read(0)).toEqual(first);
    const after = await stat(entry);
    expect([after.mtimeMs, after.ino]).toEqual([mtimeMs, ino]);
  });

  test('a file of equal size and time but other content is decoded again', async () => {
    const { root, cache, first } = await prepared();
    const label = join(root, 'train/labels/a.png');
    const before = await readFile(label);
    // One pixel at a time is another class, until the file comes out as long as it was.
    const others = Array.from({ length: 24 }, (_, at) =>
      greyPng(4, 6, (y, x) => (y + x + (6 * y + x === at ? 1 : 0)) % 3),
    );
    const other = others.find(({ length }) => length === before.length);
    if (other === undefined) throw new Error('every other label has another size');
    await writeFile(label, other);
    await utimes(label, CHANGED, CHANGED);
    const values = (await (await open(root, PLAIN, cache)).train.read(0)).label;
    expect([...values]).not.toEqual([...first.label]);
  });

  test('a changed file is decoded again', async () => {
    const { root, cache } = await prepared();
    await write(root, { 'train/images/a.png': colourPng(4, 6, 77) });
    await utimes(join(root, 'train/images/a.png'), new Date(), new Date(Date.now() + 5000));
    expect((await (await open(root, PLAIN, cache)).train.read(0)).image[2]).toBe(77);
    expect(await entries(cache)).toHaveLength(1);
  });

  test('a damaged or truncated entry is found out and replaced', async () => {
    const { root, cache, first, entry } = await prepared();
    const good = await readFile(entry);
    const damages = [good.subarray(0, 10), good.subarray(0, good.length - 1), new Uint8Array()];
    for (const position of [0, 9, 41, 58, 70, good.length - 1]) {
      const damaged = Uint8Array.from(good);
      damaged[position] = (damaged[position] as number) ^ 1;
      damages.push(damaged);
    }
    for (const damaged of damages) {
      await writeFile(entry, damaged);
      expect(await (await open(root, PLAIN, cache)).train.read(0)).toEqual(first);
      expect(await readFile(entry)).toEqual(good);
    }
  });

  test('other classes and ignored values have entries of their own', async () => {
    const { root, cache, first } = await prepared();
    const other = { ...PLAIN, classes: 2, ignoreLabel: 2 };
    for (let round = 0; round < 2; round++) {
      const sample = await (await open(root, other, cache)).train.read(0);
      expect([...new Set(sample.label)].sort((a, b) => a - b)).toEqual([0, 1, 255]);
      expect(await (await open(root, PLAIN, cache)).train.read(0)).toEqual(first);
    }
    expect(await entries(cache)).toHaveLength(2);
  });

  test("reads of one sample at the same time do not get in each other's way", async () => {
    const root = await temporaryFolder();
    const cache = join(root, 'cache');
    await write(root, plainFolders());
    const { train } = await open(root, PLAIN, cache);
    const samples = await Promise.all([0, 0, 0, 0, 1].map((index) => train.read(index)));
    expect(samples[3]).toEqual(samples[0]);
    const names = await entries(cache);
    expect(names).toHaveLength(2);
    expect(names.every((name) => name.endsWith('.sample'))).toBe(true);
  });

  test('can be switched off', async () => {
    const root = await temporaryFolder();
    await write(root, plainFolders());
    await (await open(root, { ...PLAIN, cache: false }, join(root, 'cache'))).train.read(0);
    expect(await entries(join(root, 'cache'))).toEqual([]);
  });

  test('without a usable cache folder the samples are the same', async () => {
    const { root, first } = await prepared();
    await write(root, { 'a-file': 'x' });
    const data = await open(root, PLAIN, join(root, 'a-file', 'cache'));
    expect(await data.train.read(0)).toEqual(first);
    expect(await data.train.read(0)).toEqual(first);
  });
});

describe('fingerprint', () => {
  test('is the same wherever the data lie, and differs with content, classes and ignored values', async () => {
    const here = await temporaryFolder();
    const there = await temporaryFolder();
    await write(here, plainFolders());
    await write(there, plainFolders());
    const of = async (root: string, options: Readonly<Record<string, unknown>> = PLAIN) =>
      (await open(root, options)).fingerprint();
    const original = await of(here);
    expect(await of(there)).toBe(original);
    const changed = [await of(here, { ...PLAIN, classes: 4 }), await of(here, { ...PLAIN, ignoreLabel: 255 })];
    await write(there, { 'train/labels/a.png': greyPng(4, 6, (y, x) => (y + x + 1) % 3) });
    changed.push(await of(there));
    await write(here, { 'train/images/z.png': colourPng(4, 6, 9), 'train/labels/z.png': greyPng(4, 6) });
    changed.push(await of(here));
    expect(new Set([original, ...changed]).size).toBe(5);
  });
});
