import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { downloadWheel, type Wanted, type Wheel } from '../src/index.ts';
import { onlyPrograms } from './programs.ts';

/** Of an empty file. */
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const wheel: Wheel = { package: 'some-thing', version: '1.0', platform: 'any', sha256: EMPTY, bytes: 100, keep: [] };
const ignore = (): void => {};
const wanted: Wanted = { code: 'ASL_ENGINE_INSTALL', what: 'the TensorFlow library' };

const programs = onlyPrograms();

/** Python whose pip ends a download with these lines. */
const python = (download: string) =>
  programs.add('python3', `case "$*" in *download*) ${download};; *--version) echo Python 3.9.1;; *) exit 1;; esac`);

describe('downloadWheel', () => {
  test('calls for Python, or for pip', async () => {
    await expect(downloadWheel(wheel, programs.folder, ignore, wanted)).rejects.toThrow('Python was not found');
    await programs.add('python3', '[ "$1" = --version ] && echo Python 3.9.1');
    await expect(downloadWheel(wheel, programs.folder, ignore, wanted)).rejects.toMatchObject({
      code: 'ASL_ENGINE_INSTALL',
      message: 'Python has no pip',
      details: { remedy: expect.stringContaining('python3-pip') },
    });
  });

  test.each([
    ['ERROR: THESE PACKAGES DO NOT MATCH THE HASHES. Expected ab12 Got 0000', 'not the file it should be', 'mirror'],
    [
      'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device',
      'disk became full',
      'ASL_CACHE_DIR',
    ],
    ['WARNING: Retrying after connection broken by NewConnectionError', 'cannot be reached', 'PIP_INDEX_URL'],
    ['ERROR: Could not find a version (from versions: none)', 'cannot be reached', 'PIP_INDEX_URL'],
    ['ERROR: No matching distribution found for some-thing==1.0', 'could not download', 'PIP_INDEX_URL'],
  ])('explains what pip says: %s', async (output, message, remedy) => {
    await python(`echo "${output}" >&2; exit 1`);
    await expect(downloadWheel(wheel, programs.folder, ignore, wanted)).rejects.toMatchObject({
      code: 'ASL_ENGINE_INSTALL',
      message: expect.stringContaining(message),
      details: { remedy: expect.stringContaining(remedy) },
    });
  });

  test('asks for one file, by its tags and its hash, and says where it is', async () => {
    await python(
      `echo "$*" > ${programs.folder}/arguments; : > ${programs.folder}/some_thing-1.0-py3-none-any.whl; exit 0`,
    );
    const path = await downloadWheel(wheel, programs.folder, ignore, wanted);
    expect(path).toBe(join(programs.folder, 'some_thing-1.0-py3-none-any.whl'));
    const { readFile } = await import('node:fs/promises');
    const asked = await readFile(join(programs.folder, 'arguments'), 'utf8');
    for (const flag of [
      '--require-hashes',
      '--no-deps',
      '--only-binary=:all:',
      '--python-version=3.11',
      '--platform=any',
    ]) {
      expect(asked).toContain(flag);
    }
    expect(await readFile(join(programs.folder, 'some-thing.txt'), 'utf8')).toBe(
      `some-thing==1.0 --hash=sha256:${EMPTY}\n`,
    );
  });
});

test('a file of such a name that is another one is not taken', async () => {
  await writeFile(join(programs.folder, 'some_thing-1.0-a.whl'), 'planted');
  await python(`: > ${programs.folder}/some_thing-1.0-py3-none-any.whl; exit 0`);
  expect(await downloadWheel(wheel, programs.folder, ignore, wanted)).toBe(
    join(programs.folder, 'some_thing-1.0-py3-none-any.whl'),
  );
  await rm(join(programs.folder, 'some_thing-1.0-py3-none-any.whl'));
  await python('exit 0');
  await expect(downloadWheel(wheel, programs.folder, ignore, wanted)).rejects.toMatchObject({
    code: 'ASL_ENGINE_INSTALL',
  });
});
