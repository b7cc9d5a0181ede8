import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TEMPORARY_NAME, writeFileAtomic } from '../src/index.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('writeFileAtomic', () => {
  test('writes text and bytes, over what was there, and leaves nothing beside it', () => {
    const folder = temporaryFolder();
    const file = join(folder, 'loss.json');
    writeFileAtomic(file, 'first');
    writeFileAtomic(file, '{"é":1}\n');
    expect(readFileSync(file, 'utf8')).toBe('{"é":1}\n');
    writeFileAtomic(file, new Uint8Array([0, 255, 7]));
    expect([...readFileSync(file)]).toEqual([0, 255, 7]);
    expect(readdirSync(folder)).toEqual(['loss.json']);
  });

  test('where it fails, the file is as it was and no temporary file is left', () => {
    const folder = temporaryFolder();
    const missing = join(folder, 'missing', 'loss.json');
    const refused = expect.objectContaining({
      code: 'ASL_RUN_FOLDER',
      details: expect.objectContaining({ where: missing }),
    });
    expect(() => writeFileAtomic(missing, 'x')).toThrow(refused);
    expect(existsSync(join(folder, 'missing'))).toBe(false);

    // A folder in the file's place: the temporary file is written, the rename fails.
    const taken = join(folder, 'taken');
    mkdirSync(taken);
    writeFileSync(join(taken, 'inside'), 'kept');
    expect(() => writeFileAtomic(taken, 'x')).toThrow(expect.objectContaining({ code: 'ASL_RUN_FOLDER' }));
    expect(readFileSync(join(taken, 'inside'), 'utf8')).toBe('kept');
    expect(readdirSync(folder)).toEqual(['taken']);
  });

  test('a link in the place of the file is replaced, not written through', () => {
    const folder = temporaryFolder();
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'kept');
    symlinkSync(victim, join(folder, 'loss.json'));
    writeFileAtomic(join(folder, 'loss.json'), 'new');
    expect(readFileSync(victim, 'utf8')).toBe('kept');
    expect(readFileSync(join(folder, 'loss.json'), 'utf8')).toBe('new');
  });

  test('a name as long as the file system takes can be written', () => {
    const folder = temporaryFolder();
    for (const name of ['x'.repeat(255), '€'.repeat(85)]) {
      writeFileAtomic(join(folder, name), name);
      expect(readFileSync(join(folder, name), 'utf8')).toBe(name);
    }
    expect(readdirSync(folder)).toHaveLength(2);
  });
});

test('the names of temporary files are told from names that people give', () => {
  const left = '.loss.json.0b6ff3f2-7b61-4d3e-9d1c-3f6b0e3c2a11.tmp';
  expect(TEMPORARY_NAME.exec(left)?.[1]).toBe('loss.json');
  for (const name of ['.notes.tmp', '.loss.json.tmp', '.a.b.tmp', 'loss.json', left.slice(1), `${left}x`])
    expect(name).not.toMatch(TEMPORARY_NAME);
});
