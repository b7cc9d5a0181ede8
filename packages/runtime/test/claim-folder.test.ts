import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { claimFolder } from '../src/run-folder/claim-folder.ts';
import { readSealedJson, sealedJson } from '../src/run-folder/sealed-json.ts';
import { failure } from './project.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-claim-'));
  onTestFinished(() => rm(folder, { recursive: true }));
});
const claim = (basis: Parameters<typeof claimFolder>[0]['basis'], ...results: readonly string[]) =>
  claimFolder({ folder, path: join(folder, 'basis.json'), basis, results });

describe('a folder that is claimed', () => {
  test('is of what it was claimed for, until something else is claimed while it holds no result', async () => {
    await claim({ seed: 1 });
    await claim({ seed: 1 }, 'a');
    await claim({ seed: 2 });
    expect((await failure(claim({ seed: 1 }, 'a'))).details.problems).toEqual([
      { where: 'seed', expected: '2', received: '1' },
    ]);
  });

  test('names each difference by its path, and of many the first', async () => {
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`k${index}`, index]));
    await claim({ a: { b: [1, 2], c: 'x'.repeat(100) }, ...many });
    const { details } = await failure(claim({ a: { b: [1, 3], d: null } }, 'r'));
    expect(details.problems?.slice(0, 2)).toEqual([
      { where: 'a.b', expected: '[1,2]', received: '[1,3]' },
      { where: 'a.c', expected: `"${'x'.repeat(78)}…`, received: 'null' },
    ]);
    expect(details.problems?.length).toBe(9);
    expect(details.problems?.at(-1)?.where).toBe('6 more');
  });

  test('with results of unknown origin, or a damaged claim, is refused', async () => {
    expect(await failure(claim({ seed: 1 }, 'r'))).toMatchObject({ code: 'ASL_RUN_FOLDER', details: { where: 'r' } });
    await claim({ seed: 1 });
    const path = join(folder, 'basis.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('1', '2'));
    expect(await failure(claim({ seed: 1 }, 'r'))).toMatchObject({
      code: 'ASL_STATE_CORRUPT',
      details: { where: path },
    });
  });
});

describe('sealed JSON', () => {
  test('comes back as it was; any change of it is damage', async () => {
    const path = join(folder, 'sealed.json');
    expect(await readSealedJson(path)).toBeUndefined();
    const content = { key: 'k', value: { a: [1, 2.5, null] } };
    for (const indent of [0, 2]) {
      await writeFile(path, sealedJson(content, indent));
      expect(await readSealedJson(path)).toEqual(content);
    }
    const text = sealedJson(content);
    for (const damaged of [
      text.replace('2.5', '2.6'),
      text.replace('"k"', '"j"'),
      text.slice(0, 30),
      '[]',
      'null',
      '',
    ]) {
      await writeFile(path, damaged);
      expect(await readSealedJson(path)).toBe('damaged');
    }
  });
});
