import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  appendFile,
  chmod,
  chown,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type InstallProgress, unsafePlace } from '@auto-seg-loss/wheels';
import AdmZip from 'adm-zip';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openEngine } from '../src/index.ts';
import { addonsKey } from '../src/install/addon-sources.ts';
import { enginePaths, installedAddons, installedManifest } from '../src/install/engine-cache.ts';
import { type EngineRelease, engineRelease } from '../src/install/engine-release.ts';
import { findInstalled } from '../src/install/find-installed.ts';
import { installEngine } from '../src/install/install-engine.ts';
import type { InstallSteps } from '../src/install/install-release.ts';
import { firstDamaged } from '../src/install/verify-installed.ts';

const FILES = {
  'tensorflow/libtensorflow_cc.so.2': 'library '.repeat(1000),
  'tensorflow/include/a.h': 'header',
  'tensorflow/python/unwanted.py': 'python',
  'nvidia/cuda_nvcc/bin/ptxas': 'tool',
};
/** Its wheel has the hash of what `download` gives. */
let release: EngineRelease;
const RELEASE: EngineRelease = {
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
  const made = writeZip(join(cacheDir, 'made.whl'), FILES);
  release = withHash(sha256Of(await readFile(made)));
  steps = {
    release: () => release,
    prepare: async () => {},
    download: vi.fn(async (_wheel: unknown, folder: string) => {
      await mkdir(folder, { recursive: true });
      const wheel = join(folder, 'fake.whl');
      await copyFile(made, wheel);
      return wheel;
    }),
    compile: vi.fn(async (_paths: unknown, folder: string) => {
      await writeFile(join(folder, 'addon.node'), 'binary');
      return [{ path: 'addon.node', bytes: 6, sha256: sha256Of('binary') }];
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

const sha256Of = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

function withHash(sha256: string): EngineRelease {
  return { ...RELEASE, wheels: RELEASE.wheels.map((wheel) => ({ ...wheel, sha256 })) };
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
      sha256: sha256Of(library),
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
    ['an addon has other content', () => writeFile(addon(), 'yranib'), 1, 2],
    ['the library has other content', (path: string) => flip(join(path, LIBRARY)), 2, 2],
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

  test('refuses a wheel that is not the one it should be, though pip gave it', async () => {
    steps.download.mockImplementationOnce(async (_wheel: unknown, target: string) => {
      await mkdir(target, { recursive: true });
      return writeZip(join(target, 'fake.whl'), { ...FILES, [LIBRARY]: 'evil' });
    });
    await expect(install()).rejects.toMatchObject({
      code: 'ASL_ENGINE_INSTALL',
      details: { expected: expect.stringContaining(release.wheels[0]?.sha256 ?? '?') },
    });
    expect(existsSync(folder())).toBe(false);
  });

  test('refuses a wheel that lacks a wanted file', async () => {
    const made = writeZip(join(cacheDir, 'other.whl'), { 'tensorflow/include/a.h': '' });
    release = withHash(sha256Of(await readFile(made)));
    steps.download.mockImplementationOnce(async () => made);
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

const LIBRARY = 'tensorflow/libtensorflow_cc.so.2';

/** Another content of the same size, and after that the times of before. */
async function flip(path: string): Promise<void> {
  const { atime, mtime } = await stat(path);
  const bytes = await readFile(path);
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  await writeFile(path, bytes);
  await utimes(path, atime, mtime);
}

describe('what is going to be loaded', () => {
  const installations = () => {
    const paths = enginePaths(cacheDir, release);
    const [manifest, addons] = [installedManifest(paths), installedAddons(paths, release)];
    if (manifest === undefined || addons === undefined) throw new Error('the engine is not installed');
    return [{ folder: paths.release, manifest }, addons];
  };
  const check = () => firstDamaged(installations(), enginePaths(cacheDir, release).verified);
  beforeEach(() => {
    vi.stubEnv('ASL_ENGINE_VERIFIED', undefined);
  });
  afterEach(() => vi.unstubAllEnvs());

  test('is hashed once, which is kept for this user alone', async () => {
    await install();
    const { verified } = enginePaths(cacheDir, release);
    expect(check()).toBeUndefined();
    const record = await readFile(verified, 'utf8');
    expect(Object.keys(JSON.parse(record) as object)).toHaveLength(3);
    expect((await stat(verified)).mode & 0o777).toBe(0o600);
    vi.stubEnv('ASL_ENGINE_VERIFIED', undefined);
    const { ino } = await stat(verified);
    expect(check()).toBeUndefined();
    expect((await stat(verified)).ino).toBe(ino);
  });

  test.each([LIBRARY, 'nvidia/cuda_nvcc/bin/ptxas'])(
    '%s of other content is found, whatever its times say',
    async (file) => {
      await install();
      expect(check()).toBeUndefined();
      await writeFile(join(folder(), file), 'x'.repeat((await stat(join(folder(), file))).size));
      expect(check()).toBe(join(folder(), file));
      await install();
      expect(check()).toBeUndefined();
    },
  );

  test('is hashed again where what was kept is damaged, or somebody else could have written it', async () => {
    await install();
    check();
    const { verified } = enginePaths(cacheDir, release);
    const record = await readFile(verified, 'utf8');
    await flip(join(folder(), LIBRARY));
    const damaged = join(folder(), LIBRARY);
    // As if it had been looked at since.
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(damaged, { bigint: true });
    const read = JSON.parse(record) as Record<string, string[]>;
    const forged = JSON.stringify({
      ...read,
      [damaged]: [...[dev, ino, size, mtimeNs, ctimeNs].map(String), read[damaged]?.at(-1)],
    });
    await writeFile(verified, forged);
    expect(check()).toBeUndefined();
    await chmod(verified, 0o666);
    expect(check()).toBe(damaged);
    await chmod(verified, 0o600);
    await writeFile(verified, `${forged}}`);
    expect(check()).toBe(damaged);
  });

  test('is hashed once in a tree of processes, where nothing can be kept', async () => {
    await install();
    const nowhere = join(cacheDir, 'gone', 'verified.json');
    expect(firstDamaged(installations(), nowhere)).toBeUndefined();
    const handedOn = process.env.ASL_ENGINE_VERIFIED;
    expect(handedOn).toMatch(/^[0-9a-f]{64}$/);
    expect(firstDamaged(installations(), nowhere)).toBeUndefined();
    await flip(join(folder(), LIBRARY));
    expect(firstDamaged(installations(), nowhere)).toBe(join(folder(), LIBRARY));
  });
});

describe('a cache that others can write', () => {
  test.each(['', 'engine', 'engine/fake-1', `engine/fake-1/${LIBRARY}`])('is not loaded from: %s', async (place) => {
    await install();
    const paths = enginePaths(cacheDir, release);
    const files = [paths.manifest, join(paths.release, LIBRARY)];
    expect(unsafePlace(cacheDir, files)).toBeUndefined();
    await chmod(join(cacheDir, place), 0o777);
    expect(unsafePlace(cacheDir, files)).toEqual({ place: join(cacheDir, place), reason: 'every user may write it' });
  });

  test.skipIf(process.getuid?.() !== 0)('is not loaded from where it belongs to another user', async () => {
    await install();
    await chown(join(cacheDir, 'engine'), 65_534, 65_534);
    expect(unsafePlace(cacheDir, [folder()])).toMatchObject({ reason: 'it belongs to another user' });
  });

  test('is not installed into', async () => {
    await chmod(cacheDir, 0o777);
    await expect(install()).rejects.toMatchObject({
      code: 'ASL_ENGINE_INSTALL',
      details: { where: cacheDir, remedy: expect.stringContaining('chmod go-w') },
    });
    expect(steps.download).not.toHaveBeenCalled();
  });

  test('is told of, with what to do', async () => {
    const { path } = findInstalled(cacheDir);
    await mkdir(path, { recursive: true });
    await chmod(cacheDir, 0o777);
    const found = findInstalled(cacheDir);
    expect(found.addons).toBeUndefined();
    expect(found.problem).toContain(`every user may write it, ${cacheDir}`);
    expect(found.remedy).toContain('ASL_CACHE_DIR');
    await expect(openEngine({ backend: 'native', cacheDir })).rejects.toMatchObject({
      code: 'ASL_ENGINE_MISSING',
      details: { remedy: expect.stringContaining('chmod go-w') },
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
