import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AdmZip from 'adm-zip';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { addonsKey } from '../src/install/addon-sources.ts';
import { enginePaths } from '../src/install/engine-cache.ts';
import { type EngineRelease, engineRelease } from '../src/install/engine-release.ts';
import { installEngine } from '../src/install/install-engine.ts';
import type { InstallProgress } from '../src/install/install-progress.ts';
import type { InstallSteps } from '../src/install/install-release.ts';

const FILES = {
  'tensorflow/libtensorflow_cc.so.2': 'library '.repeat(1000),
  'tensorflow/include/a.h': 'header',
  'tensorflow/python/unwanted.py': 'python',
  'nvidia/cuda_nvcc/bin/ptxas': 'tool',
};
const release: EngineRelease = {
  name: 'fake-1',
  libraryVersion: '1',
  gpu: false,
  wheels: [
    {
      package: 'fake',
      version: '1',
      platform: 'any',
      sha256: '0',
      bytes: 100,
      keep: ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/include/', 'nvidia/cuda_nvcc/bin/'],
    },
  ],
  diskBytes: 1,
};

let cacheDir: string;
let steps: InstallSteps & { download: ReturnType<typeof vi.fn>; compile: ReturnType<typeof vi.fn> };

beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'asl-engine-'));
  steps = {
    release: () => release,
    prepare: async () => {},
    download: vi.fn(async (_wheel: unknown, folder: string) => {
      await mkdir(folder, { recursive: true });
      return writeZip(join(folder, 'fake.whl'), FILES);
    }),
    compile: vi.fn(async (_paths: unknown, folder: string) => {
      await writeFile(join(folder, 'addon.node'), 'binary');
      return [{ path: 'addon.node', bytes: 6, sha256: 'unused' }];
    }),
  };
});

afterEach(() => rm(cacheDir, { recursive: true, force: true }));

function writeZip(path: string, files: Readonly<Record<string, string>>): string {
  const zip = new AdmZip();
  for (const [name, content] of Object.entries(files)) zip.addFile(name, Buffer.from(content));
  zip.writeZip(path);
  return path;
}

const install = (options = {}) => installEngine({ cacheDir, ...options }, steps);
const folder = () => enginePaths(cacheDir, release).release;
const addon = () => join(folder(), 'addons', addonsKey(release), 'addon.node');

describe('installEngine', () => {
  test('unpacks what is wanted, with a manifest of it, and leaves nothing else', async () => {
    const phases = new Set<string>();
    const result = await install({ onProgress: ({ phase }: InstallProgress) => phases.add(phase) });
    expect(result).toEqual({ path: folder(), libraryVersion: '1', gpu: false, alreadyInstalled: false });
    expect(existsSync(join(folder(), 'tensorflow/python'))).toBe(false);
    const manifest = JSON.parse(await readFile(join(folder(), 'manifest.json'), 'utf8'));
    const library = FILES['tensorflow/libtensorflow_cc.so.2'];
    expect(manifest.files).toContainEqual({
      path: 'tensorflow/libtensorflow_cc.so.2',
      bytes: library.length,
      sha256: createHash('sha256').update(library).digest('hex'),
    });
    expect((await stat(join(folder(), 'nvidia/cuda_nvcc/bin/ptxas'))).mode & 0o111).not.toBe(0);
    expect(phases).toContain('extract');
    expect(await readdir(join(cacheDir, 'engine'))).toEqual(expect.arrayContaining(['fake-1']));
    expect((await readdir(join(cacheDir, 'engine'))).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(existsSync(enginePaths(cacheDir, release).downloads)).toBe(false);
  });

  test('does nothing the second time; everything again with force', async () => {
    await install();
    expect(await install()).toMatchObject({ alreadyInstalled: true });
    expect(steps.download).toHaveBeenCalledTimes(1);
    expect(await install({ force: true })).toMatchObject({ alreadyInstalled: false });
    expect(steps.download).toHaveBeenCalledTimes(2);
    expect(steps.compile).toHaveBeenCalledTimes(2);
  });

  test.each([
    ['a file is missing', (path: string) => rm(join(path, 'tensorflow/include/a.h')), 2, 2],
    ['a file is cut off', (path: string) => truncate(join(path, 'tensorflow/libtensorflow_cc.so.2'), 10), 2, 2],
    ['the manifest is missing', (path: string) => rm(join(path, 'manifest.json')), 2, 2],
    ['the manifest is damaged', (path: string) => truncate(join(path, 'manifest.json'), 30), 2, 2],
    ['the addons are missing', (path: string) => rm(join(path, 'addons'), { recursive: true }), 1, 2],
    ['an addon has another size', () => appendFile(addon(), 'x'), 1, 2],
  ])('is repaired where %s', async (_name, damage, downloads, compilations) => {
    await install();
    await damage(folder());
    expect(await install()).toMatchObject({ alreadyInstalled: false });
    expect(steps.download).toHaveBeenCalledTimes(downloads);
    expect(steps.compile).toHaveBeenCalledTimes(compilations);
    expect(await install()).toMatchObject({ alreadyInstalled: true });
    expect(await readFile(addon(), 'utf8')).toBe('binary');
  });

  test('after a failure nothing is installed, and the next one starts afresh', async () => {
    steps.compile.mockRejectedValueOnce(new Error('killed'));
    await expect(install()).rejects.toThrow('killed');
    expect(existsSync(folder())).toBe(false);
    const partial = join(cacheDir, 'engine', '.partial-dead');
    await mkdir(partial);
    await install();
    expect(existsSync(partial)).toBe(false);
    expect(await install()).toMatchObject({ alreadyInstalled: true });
  });

  test('what was installed stays until the new one is complete', async () => {
    await install();
    steps.compile.mockRejectedValueOnce(new Error('killed'));
    await expect(install({ force: true })).rejects.toThrow('killed');
    expect(await install()).toMatchObject({ alreadyInstalled: true });
  });

  test('downloads nothing where it could not compile', async () => {
    const unable = { ...steps, prepare: () => Promise.reject(new Error('no compiler')) };
    await expect(installEngine({ cacheDir }, unable)).rejects.toThrow('no compiler');
    expect(steps.download).not.toHaveBeenCalled();
  });

  test('two at once: one installs, the other waits for it', async () => {
    const phases: string[] = [];
    const results = await Promise.all([
      install(),
      install({ onProgress: ({ phase }: InstallProgress) => phases.push(phase) }),
    ]);
    expect(results.map(({ alreadyInstalled }) => alreadyInstalled).sort()).toEqual([false, true]);
    expect(steps.download).toHaveBeenCalledTimes(1);
    expect(phases.length).toBeGreaterThan(0);
  });

  test('refuses a wheel that lacks a wanted file', async () => {
    steps.download.mockImplementationOnce(async (_wheel: unknown, target: string) => {
      await mkdir(target, { recursive: true });
      return writeZip(join(target, 'fake.whl'), { 'tensorflow/include/a.h': '' });
    });
    await expect(install()).rejects.toMatchObject({
      code: 'ASL_ENGINE_INSTALL',
      details: { expected: 'tensorflow/libtensorflow_cc.so.2' },
    });
    expect(existsSync(folder())).toBe(false);
  });

  test('says so where the disk is too small, or the cache cannot be written', async () => {
    const large = { ...steps, release: () => ({ ...release, diskBytes: 1e18 }) };
    await expect(installEngine({ cacheDir }, large)).rejects.toMatchObject({
      code: 'ASL_ENGINE_INSTALL',
      details: { remedy: expect.stringContaining('ASL_CACHE_DIR') },
    });
    const file = join(cacheDir, 'file');
    await writeFile(file, '');
    await expect(installEngine({ cacheDir: join(file, 'cache') }, steps)).rejects.toMatchObject({
      code: 'ASL_ENGINE_INSTALL',
      details: { remedy: expect.stringContaining('ASL_CACHE_DIR') },
    });
  });
});

describe('engineRelease', () => {
  test('knows the builds', () => {
    expect(engineRelease(false, { platform: 'linux', arch: 'x64', glibc: '2.27' }).name).toContain('cpu');
    expect(engineRelease(true, { platform: 'linux', arch: 'x64', glibc: '2.36' }).wheels.length).toBeGreaterThan(10);
    expect(engineRelease(false, { platform: 'linux', arch: 'arm64', glibc: '3.0' }).name).toContain('arm64');
  });

  test.each([
    [false, { platform: 'darwin', arch: 'arm64', glibc: undefined }],
    [false, { platform: 'linux', arch: 'x64', glibc: undefined }],
    [false, { platform: 'linux', arch: 'x64', glibc: '2.17' }],
    [true, { platform: 'linux', arch: 'arm64', glibc: '2.36' }],
  ])('gpu %s has none for %o', (gpu, machine) => {
    expect(() => engineRelease(gpu, machine)).toThrow(expect.objectContaining({ code: 'ASL_ENGINE_INSTALL' }));
  });
});
