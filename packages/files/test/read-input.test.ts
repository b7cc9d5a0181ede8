import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readInput, readTextInput, UnreadableFile } from '../src/index.ts';
import { temporaryFolder } from './temporary-folder.ts';

const MOST = 1000;

async function reasonOf(path: string): Promise<string> {
  const error: unknown = await readInput(path, MOST).catch((reason: unknown) => reason);
  if (error instanceof UnreadableFile) return error.message;
  throw new Error(`expected an UnreadableFile, got ${String(error)}`);
}

describe('a file is read', () => {
  test('whole, up to the limit', async () => {
    const file = join(temporaryFolder(), 'a');
    for (const size of [0, 1, MOST]) {
      writeFileSync(file, Buffer.alloc(size, 7));
      expect(await readInput(file, MOST)).toEqual(Buffer.alloc(size, 7));
    }
    writeFileSync(file, Buffer.alloc(MOST + 1));
    expect(await reasonOf(file)).toBe('1001 bytes, where at most 1000 are read');
  });

  test('through links; as text without its byte order mark', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a'), '\uFEFFgrün');
    symlinkSync('a', join(folder, 'b'));
    expect(await readTextInput(join(folder, 'b'), MOST)).toBe('grün');
  });

  test.skipIf(process.platform !== 'linux')('of /proc, whose files say that they are empty', async () => {
    expect((await readTextInput('/proc/self/comm', MOST)).length).toBeGreaterThan(0);
    expect(await reasonOf('/proc/self/maps')).toBe('more than 1000 bytes, where at most 1000 are read');
  });
});

describe('what is no file is refused at once, in words', () => {
  test('what is not there, or cannot be', async () => {
    const folder = temporaryFolder();
    symlinkSync('nowhere', join(folder, 'broken'));
    symlinkSync('circle', join(folder, 'circle'));
    writeFileSync(join(folder, 'file'), '');
    expect(await reasonOf(join(folder, 'gone'))).toBe('no such file');
    expect(await reasonOf(join(folder, 'broken'))).toBe('no such file');
    expect(await reasonOf(join(folder, 'circle'))).toBe('links that lead in a circle');
    expect(await reasonOf(join(folder, 'file', 'below'))).toBe('a part of the path is no folder');
    expect(await reasonOf(join(folder, 'x'.repeat(300)))).toBe('a name that is too long for the file system');
    expect(await reasonOf(join(folder, 'a\0b'))).toBe('a name that no file can have');
    mkdirSync(join(folder, 'folder'));
    expect(await reasonOf(join(folder, 'folder'))).toBe('a folder');
  });

  test.skipIf(process.platform === 'win32')('pipes that nobody writes to, devices, sockets', async () => {
    const folder = temporaryFolder();
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(await reasonOf(join(folder, 'pipe'))).toBe('a pipe, not a file');
    for (const device of ['/dev/zero', '/dev/null']) expect(await reasonOf(device)).toBe('a device, not a file');
    const socket = join(folder, 'socket');
    const server = createServer().listen(socket);
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    expect(await reasonOf(socket)).toBe('a device or pipe that nobody serves');
  });
});
