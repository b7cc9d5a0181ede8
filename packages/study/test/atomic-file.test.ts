import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canonicalJson, contentKey, writeFileAtomic } from '../src/index.ts';
import { runFolder } from './run-folder.ts';

describe('writeFileAtomic', () => {
  test('writes text and bytes, over what was there, and leaves nothing beside it', () => {
    const folder = runFolder();
    const file = join(folder, 'loss.json');
    writeFileAtomic(file, 'first');
    writeFileAtomic(file, '{"é":1}\n');
    expect(readFileSync(file, 'utf8')).toBe('{"é":1}\n');
    writeFileAtomic(file, new Uint8Array([0, 255, 7]));
    expect([...readFileSync(file)]).toEqual([0, 255, 7]);
    expect(readdirSync(folder)).toEqual(['loss.json']);
  });

  test('where it fails, the file is as it was and no temporary file is left', () => {
    const folder = runFolder();
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
});

describe('the content key', () => {
  test('does not depend on the order of keys, and tells everything else apart', () => {
    expect(contentKey({ a: 1, b: [1 / 3, null] })).toBe(contentKey({ b: [1 / 3, null], a: 1 }));
    expect(contentKey({ theta: [0.1] })).not.toBe(contentKey({ theta: [0.1 + 2 ** -56] }));
    expect(canonicalJson({ b: 'é', a: 1e21 })).toBe('{"a":1e+21,"b":"é"}');
  });
});
