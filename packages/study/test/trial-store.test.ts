import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { lockHolder, type NewTrial, type Outcome, TrialStore } from '../src/index.ts';
import { buildStudy } from './build.ts';
import { runFolder } from './run-folder.ts';

beforeAll(buildStudy);

const meta = { config: { seed: 1, metric: { use: 'miou' } }, environment: { tensorflow: '2.21.0' } };
const trial = (number: number, key = `key ${number}`, copyOf: number | null = null): NewTrial => ({
  number,
  index: number,
  key,
  descent: null,
  whole: false,
  theta: [0.1, 1 / 3],
  copyOf,
});
const complete: Outcome = { status: 'complete', reward: 0.1 + 0.2, metrics: { perClass: [0.5, null] }, images: 7 };
const failed: Outcome = { status: 'failed', error: 'the loss is not finite' };
const corrupt = expect.objectContaining({
  code: 'ASL_STATE_CORRUPT',
  details: expect.objectContaining({ remedy: expect.any(String), where: expect.stringContaining('study.sqlite') }),
});
const badFolder = expect.objectContaining({
  code: 'ASL_RUN_FOLDER',
  details: expect.objectContaining({ remedy: expect.any(String) }),
});

const built = new URL('../dist/index.js', import.meta.url).href;

/** Another Node process that runs some lines with this package. */
const other = (lines: string): string[] => [
  '--input-type=module',
  '-e',
  `import { TrialStore } from ${JSON.stringify(built)};\n${lines}`,
];

describe('TrialStore', () => {
  test('gives back what was written, also to a later process', () => {
    const folder = join(runFolder(), 'new', 'run');
    const store = TrialStore.create(folder, meta);
    store.saveSnapshot(0, { random: [1, -2] });
    store.addRound(0, [trial(0), trial(1), trial(2, 'key 0', 0)]);
    store.finish(1, failed, 12.5);
    store.finish(0, complete, 20);
    store.finish(2, complete, null);
    store.saveSnapshot(1, { random: [3] });
    store.addRound(1, [{ ...trial(3), index: 0 }]);
    const before = [store.trials(), store.contents()];
    store.close();

    const again = TrialStore.open(folder);
    expect(again.meta).toEqual(meta);
    expect([again.trials(), again.contents()]).toEqual(before);
    expect(again.round(0).map(({ outcome, copyOf, ms }) => ({ outcome, copyOf, ms }))).toEqual([
      { outcome: complete, copyOf: null, ms: 20 },
      { outcome: failed, copyOf: null, ms: 12.5 },
      { outcome: complete, copyOf: 0, ms: null },
    ]);
    expect(again.round(1)).toEqual([
      {
        number: 3,
        round: 1,
        index: 0,
        key: 'key 3',
        theta: [0.1, 1 / 3],
        descent: null,
        whole: false,
        outcome: null,
        copyOf: null,
        ms: null,
      },
    ]);
    expect(again.round(2)).toEqual([]);
    expect(again.lastSnapshot()).toEqual({ round: 1, state: { random: [3] } });
    expect(again.findByKey('key 0')?.number).toBe(0);
    expect(again.findByKey('key 3')).toBeNull();
    again.close();
  });

  test('its contents do not depend on how long trials took, or in which order they ended', () => {
    const hashes = [
      [0, 1],
      [1, 0],
    ].map((order) => {
      const store = TrialStore.create(runFolder(), meta);
      store.addRound(0, [trial(0), trial(1)]);
      for (const number of order) store.finish(number, number === 0 ? complete : failed, Math.random() * 100);
      const hash = store.contentHash();
      store.close();
      return hash;
    });
    expect(hashes[0]).toBe(hashes[1]);
  });

  test('writes an outcome once', () => {
    const store = TrialStore.create(runFolder(), meta);
    store.addRound(0, [trial(0)]);
    store.finish(0, complete, 1);
    expect(() => store.finish(0, failed, 1)).toThrow(/has an outcome already/);
    expect(() => store.finish(7, failed, 1)).toThrow(/never begun/);
    expect(store.trials()[0]?.outcome).toEqual(complete);
    store.close();
  });

  test('a round is begun with all its trials or not at all', () => {
    const store = TrialStore.create(runFolder(), meta);
    expect(() => store.addRound(0, [trial(0), { ...trial(0), index: 1 }])).toThrow();
    expect(store.trials()).toEqual([]);
    store.close();
  });

  test('survives a process that is killed between and within writes', () => {
    const folder = runFolder();
    // Writes until it dies in the middle of a transaction.
    const lines = `
      const store = TrialStore.create(${JSON.stringify(folder)}, ${JSON.stringify(meta)});
      store.addRound(0, [0, 1].map((number) => ({ number, index: number, key: 'k' + number, theta: [0.5], copyOf: null })));
      store.finish(0, { status: 'complete', reward: 0.5, metrics: {}, images: 0 }, 1);
      store.addRound(1, [
        { number: 2, index: 0, key: 'k2', theta: [0.5], copyOf: null },
        { get number() { process.kill(process.pid, 'SIGKILL'); }, index: 1, key: 'k3', theta: [0.5], copyOf: null },
      ]);`;
    expect(() => execFileSync(process.execPath, other(lines), { stdio: 'pipe' })).toThrow(
      expect.objectContaining({ signal: 'SIGKILL' }),
    );
    const store = TrialStore.open(folder);
    expect(store.trials().map(({ number, outcome }) => [number, outcome?.status])).toEqual([
      [0, 'complete'],
      [1, undefined],
    ]);
    store.close();
  });

  test('a full disk is named as such, whatever was written before is kept, and it goes on when there is room', () => {
    const folder = runFolder();
    const store = TrialStore.create(folder, meta);
    const original = Database.prototype.exec;
    const exec = vi.spyOn(Database.prototype, 'exec').mockImplementation(function (this: Database.Database, sql) {
      if (/^BEGIN/.test(sql)) this.pragma('max_page_count = 1');
      return original.call(this, sql);
    });
    const big = { state: 'x'.repeat(10_000) };
    try {
      for (const round of [0, 0]) {
        expect(() => store.saveSnapshot(round, big)).toThrow(
          expect.objectContaining({
            code: 'ASL_RUN_FOLDER',
            details: expect.objectContaining({ received: 'database or disk is full' }),
          }),
        );
      }
    } finally {
      exec.mockRestore();
    }
    store.close();
    const again = TrialStore.open(folder);
    expect(again.lastSnapshot()).toBeNull();
    again.saveSnapshot(0, big);
    expect(again.lastSnapshot()).toEqual({ round: 0, state: big });
    again.close();
  });

  test('refuses a folder that another process is using, names it, and takes it when that is killed', async () => {
    const folder = runFolder();
    const child = spawn(
      process.execPath,
      other(
        `TrialStore.create(${JSON.stringify(folder)}, ${JSON.stringify(meta)}); console.log('open'); setInterval(() => {}, 1e6);`,
      ),
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      await new Promise((resolve) => child.stdout.once('data', resolve));
      const inUse = expect.objectContaining({
        code: 'ASL_RUN_FOLDER',
        message: 'another process is running a search in this folder',
        details: expect.objectContaining({
          where: folder,
          received: expect.stringContaining(`process ${child.pid} on `),
        }),
      });
      expect(() => TrialStore.open(folder)).toThrow(inUse);
      expect(() => TrialStore.create(folder, meta)).toThrow(inUse);
      expect(lockHolder(folder)).toEqual({ process: { pid: child.pid, host: hostname() } });
      // To look is allowed.
      const reader = TrialStore.read(folder);
      expect(reader.meta).toEqual(meta);
      reader.close();
    } finally {
      child.kill('SIGKILL');
    }
    await new Promise((resolve) => child.once('exit', resolve));
    expect(lockHolder(folder)).toBeUndefined();
    TrialStore.open(folder).close();
  });

  test('to ask who has a folder is in the way of nobody, and leaves it as it is', async () => {
    const folder = runFolder();
    expect([lockHolder(folder), readdirSync(folder)]).toEqual([undefined, []]);
    const store = TrialStore.create(folder, meta);
    expect(lockHolder(folder)?.process?.pid).toBe(process.pid);
    store.close();
    const asking = `import { lockHolder } from ${JSON.stringify(built)};
      console.log('asks'); for (;;) lockHolder(${JSON.stringify(folder)});`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', asking], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await new Promise((resolve) => child.stdout.once('data', resolve));
      for (let time = 0; time < 50; time++) TrialStore.open(folder).close();
    } finally {
      child.kill('SIGKILL');
    }
    writeFileSync(join(folder, 'study.lock'), 'no lock');
    expect(lockHolder(folder)).toBeUndefined();
  });

  test('refuses a second writer in the same process, too', () => {
    const folder = runFolder();
    const store = TrialStore.create(folder, meta);
    expect(() => TrialStore.open(folder)).toThrow(badFolder);
    store.close();
    TrialStore.open(folder).close();
  });

  test('a reader sees a run as it was when it was opened, and keeps nobody from writing meanwhile', () => {
    const folder = runFolder();
    const store = TrialStore.create(folder, meta);
    store.addRound(0, [trial(0), trial(1)]);
    const reader = TrialStore.read(folder);
    store.finish(0, complete, 20);
    expect(reader.trials().map(({ outcome }) => outcome)).toEqual([null, null]);
    reader.close();
    expect(existsSync(reader.file)).toBe(true);
    const later = TrialStore.read(folder);
    expect(later.trials().map(({ outcome }) => outcome)).toEqual([complete, null]);
    later.close();
    store.close();
  });

  test('a reader cannot write', () => {
    const folder = runFolder();
    TrialStore.create(folder, meta).close();
    const reader = TrialStore.read(folder);
    expect(() => reader.saveSnapshot(0, {})).toThrow(badFolder);
    reader.close();
  });

  test('refuses to begin a run where there is one, and to resume where there is none', () => {
    const folder = runFolder();
    expect(() => TrialStore.open(folder)).toThrow(badFolder);
    expect(() => TrialStore.read(join(folder, 'nowhere'))).toThrow(badFolder);
    TrialStore.create(folder, meta).close();
    expect(() => TrialStore.create(folder, meta)).toThrow(badFolder);
  });

  test('a run that was killed while it was made is begun anew', () => {
    const folder = runFolder();
    writeFileSync(join(folder, 'study.sqlite'), '');
    expect(() => TrialStore.open(folder)).toThrow(badFolder);
    TrialStore.create(folder, meta).close();
    TrialStore.open(folder).close();
  });

  test('refuses a folder that cannot be written', () => {
    const folder = runFolder();
    writeFileSync(join(folder, 'file'), '');
    expect(() => TrialStore.create(join(folder, 'file', 'run'), meta)).toThrow(badFolder);
    mkdirSync(join(folder, 'run', 'study.lock'), { recursive: true });
    expect(() => TrialStore.create(join(folder, 'run'), meta)).toThrow(badFolder);
    mkdirSync(join(folder, 'other', 'study.sqlite'), { recursive: true });
    expect(() => TrialStore.create(join(folder, 'other'), meta)).toThrow(badFolder);
  });

  describe('refuses a damaged store', () => {
    const broken = (damage: (file: string) => void): string => {
      const folder = runFolder();
      const store = TrialStore.create(folder, meta);
      store.addRound(
        0,
        Array.from({ length: 200 }, (_, number) => trial(number)),
      );
      store.close();
      damage(join(folder, 'study.sqlite'));
      return folder;
    };
    test.each<[string, (file: string) => void]>([
      ['text', (file) => writeFileSync(file, 'not a store\n'.repeat(500))],
      ['cut short', (file) => truncateSync(file, 9000)],
      ['cut to its first bytes', (file) => truncateSync(file, 50)],
      [
        'overwritten',
        (file) => {
          const bytes = readFileSync(file);
          writeFileSync(file, bytes.fill(0x5a, 4096, 3 * 4096));
        },
      ],
      [
        'of another program',
        (file) => {
          truncateSync(file, 0);
          const database = new Database(file);
          database.exec('CREATE TABLE trials (number INTEGER)');
          database.close();
        },
      ],
      [
        'of a later version',
        (file) => {
          const database = new Database(file);
          database.exec('PRAGMA user_version = 99');
          database.close();
        },
      ],
      [
        'with text that is no JSON',
        (file) => {
          const database = new Database(file);
          database.exec(`UPDATE meta SET value = '{"seed":' WHERE key = 'config'`);
          database.close();
        },
      ],
      [
        'without its meta data',
        (file) => {
          const database = new Database(file);
          database.exec('DELETE FROM meta');
          database.close();
        },
      ],
    ])('%s', (_, damage) => {
      const folder = broken(damage);
      const bytes = readFileSync(join(folder, 'study.sqlite'));
      expect(() => TrialStore.open(folder)).toThrow(corrupt);
      expect(() => TrialStore.read(folder)).toThrow(corrupt);
      // Nothing is made worse, and the folder is free again.
      expect(readFileSync(join(folder, 'study.sqlite')).equals(bytes)).toBe(true);
      expect(() => TrialStore.open(folder)).toThrow(corrupt);
    });
  });

  test('a flipped bit anywhere in a store is noticed, or changes nothing of what it holds', () => {
    const folder = runFolder();
    const store = TrialStore.create(folder, meta);
    store.saveSnapshot(0, { random: [1, -2] });
    store.addRound(0, [trial(0), trial(1)]);
    store.reachRung(0, 0.25, complete, 3);
    store.finish(0, complete, 20.5);
    store.finish(1, failed, 10);
    const contents = store.contents();
    store.close();
    const file = join(folder, 'study.sqlite');
    const bytes = readFileSync(file);
    let noticed = 0;
    // Steps of a prime: every column of every row comes by, and every bit of a byte.
    for (let at = 0; at < bytes.length; at += 13) {
      if (bytes[at] === 0 && bytes[at - 1] === 0 && bytes[at + 1] === 0) continue;
      const damaged = Uint8Array.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(file, damaged);
      try {
        const reader = TrialStore.read(folder);
        expect(reader.contents(), `byte ${at}`).toEqual(contents);
        reader.close();
      } catch (error) {
        expect(error, `byte ${at}`).toEqual(corrupt);
        noticed += 1;
      }
    }
    expect(noticed).toBeGreaterThan(100);
  });
});
