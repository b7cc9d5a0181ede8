import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunStatus } from '@auto-seg-loss/runtime';
import { TrialStore } from '@auto-seg-loss/study';
import { fc, test as property } from '@fast-check/vitest';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createApp } from '../src/create-app.ts';
import { findRuns } from '../src/find-runs.ts';
import { RunWatch, type Told } from '../src/run-watch.ts';
import type { RunWords } from '../src/run-words.ts';
import { startDashboard } from '../src/start-dashboard.ts';
import type { RunList } from '../src/wire.ts';

const TOKEN = 'A-token_of-its-own';
const PORT = 4711;
const words = ({ state, metric }: RunStatus): RunWords => ({
  subject: `search for ${metric}`,
  state,
  progress: '',
  best: '',
  left: '',
  facts: [],
  doing: [],
});

let outside: string;
let root: string;
beforeEach(async () => {
  outside = await realpath(await mkdtemp(join(tmpdir(), 'asl-dashboard-')));
  root = join(outside, 'runs');
  await mkdir(root);
});
afterEach(() => rm(outside, { recursive: true, force: true }));

const meta = (metric: string) => ({ config: { config: { metric: { use: metric } }, baseDir: '.' }, environment: {} });
const makeRun = (folder: string, metric = 'miou'): void => TrialStore.create(folder, meta(metric)).close();

const appOf = () =>
  createApp({
    token: TOKEN,
    port: () => PORT,
    script: 'the script',
    watch: new RunWatch({ root, allowCode: false, words }),
  });
const own = { host: `127.0.0.1:${PORT}` };
/** Every address that the server has. */
const addresses = (): string[] => [
  ...new Set(
    appOf()
      .routes.filter(({ path }) => !path.endsWith('*'))
      .map(({ path }) => path),
  ),
];
const ask = (path: string, headers: Record<string, string> = own, method = 'GET') =>
  appOf().request(`http://127.0.0.1:${PORT}${path}`, { method, headers });
const withToken = (path: string, token = TOKEN): string => path.replace(':token', token);

describe('the server of the dashboard', () => {
  test('has these addresses, each of which answers whoever has the token', async () => {
    expect(addresses()).toEqual(['/:token/', '/:token/page.js', '/:token/style.css', '/:token/events']);
    for (const path of addresses()) {
      const response = await ask(withToken(path));
      expect([path, response.status]).toEqual([path, 200]);
      await response.body?.cancel();
    }
  });

  test('refuses every address without the token, from another host, or for another origin', async () => {
    const paths = addresses();
    expect(paths.length).toBeGreaterThan(3);
    for (const path of paths) {
      const refused: [string, Promise<Response>][] = [
        ['no token', Promise.resolve(ask(path.replace('/:token', '')))],
        ['another token', Promise.resolve(ask(withToken(path, `${TOKEN}x`)))],
        ['a part of the token', Promise.resolve(ask(withToken(path, TOKEN.slice(1))))],
        ['an empty token', Promise.resolve(ask(withToken(path, '')))],
        ['the token elsewhere', Promise.resolve(ask(`${withToken(path, 'x')}?token=${TOKEN}`))],
        ...['', 'evil.example', `evil.example:${PORT}`, '127.0.0.1', `127.0.0.1:${PORT + 1}`, `[::1]:${PORT}`].map(
          (host): [string, Promise<Response>] => [
            `host ${host}`,
            Promise.resolve(ask(withToken(path), host === '' ? {} : { host })),
          ],
        ),
        ...['null', 'https://evil.example', `https://127.0.0.1:${PORT}`, `http://127.0.0.1:${PORT + 1}`].map(
          (origin): [string, Promise<Response>] => [
            `origin ${origin}`,
            Promise.resolve(ask(withToken(path), { ...own, origin })),
          ],
        ),
      ];
      for (const [why, response] of refused) {
        const { status, headers } = await response;
        expect([path, why, status]).toEqual([path, why, 403]);
        expect(headers.get('access-control-allow-origin')).toBeNull();
      }
    }
  });

  test('knows itself by both of its names, and its own origin', async () => {
    for (const host of [`127.0.0.1:${PORT}`, `localhost:${PORT}`])
      expect((await ask(`/${TOKEN}/`, { host, origin: `http://${host}` })).status).toBe(200);
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('does nothing for %s', async (method) => {
    for (const path of addresses()) expect((await ask(withToken(path), own, method)).status).toBe(405);
  });

  test('lets no page but its own run anything', async () => {
    const response = await ask(`/${TOKEN}/`);
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  property.prop([fc.webPath()])('serves no file, whatever path is asked for', async (path) => {
    const response = await appOf().request(
      new Request(new URL(`http://127.0.0.1:${PORT}/${TOKEN}/x${path}`), { headers: own }),
    );
    expect(response.status).toBe(404);
  });

  test('listens on this machine alone, at an address that cannot be guessed', async () => {
    const dashboard = await startDashboard({ folder: root, words });
    try {
      const { hostname, port, pathname } = new URL(dashboard.address);
      expect(hostname).toBe('127.0.0.1');
      expect(pathname).toMatch(/^\/[\w-]{32}\/$/);
      expect((await fetch(dashboard.address)).status).toBe(200);
      expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(403);
      // A name that was made to lead here: the browser says which one it asked for.
      const status = await new Promise((resolve) => {
        const headers = { host: `evil.example:${port}` };
        request({ host: '127.0.0.1', port, path: pathname, headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).end();
      });
      expect(status).toBe(403);
      const taken = startDashboard({ folder: root, port: Number(port), words });
      await expect(taken).rejects.toMatchObject({
        code: 'ASL_SYSTEM',
        details: { where: `port ${port} of 127.0.0.1` },
      });
    } finally {
      await dashboard.close();
    }
    await expect(fetch(dashboard.address)).rejects.toThrow();
  });

  test('names a folder that is not there', async () => {
    await expect(startDashboard({ folder: join(root, 'nowhere'), words })).rejects.toMatchObject({
      code: 'ASL_RUN_FOLDER',
      details: { received: 'nothing of that name' },
    });
  });
});

/** What is told until a condition holds. */
async function heard(
  watch: (tell: (told: Told) => void) => () => void,
  until: (told: readonly Told[]) => boolean,
  meanwhile: () => void | Promise<void> = () => {},
): Promise<readonly Told[]> {
  const told: Told[] = [];
  const stop = watch((one) => told.push(one));
  try {
    await vi.waitFor(() => expect(told.length).toBeGreaterThan(0), 60_000);
    await meanwhile();
    await vi.waitFor(() => expect(until(told)).toBe(true), 60_000);
  } finally {
    stop();
  }
  return told;
}

describe('the runs of a folder', () => {
  const listOf = (told: readonly Told[]): RunList => told.at(-1)?.data as RunList;
  const watch = () => new RunWatch({ root, allowCode: false, words });

  test('are those in it and in its folders, and those that are begun while somebody looks', async () => {
    makeRun(join(root, 'b-2'));
    makeRun(join(root, 'b-10'));
    await mkdir(join(root, 'notes'));
    const told = await heard(
      (tell) => watch().watchAll(tell),
      (all) => listOf(all).runs.length === 3,
      () => makeRun(join(root, 'deep', 'a')),
    );
    expect(listOf(told.slice(0, 1)).runs.map(({ id }) => id)).toEqual(['b-2', 'b-10']);
    expect(listOf(told).runs.map(({ id }) => id)).toEqual(['b-2', 'b-10', join('deep', 'a')]);
  });

  test('are none in an empty folder, and itself in one that is a run', async () => {
    const told = await heard(
      (tell) => watch().watchAll(tell),
      (all) => all.length === 1,
    );
    expect(listOf(told).runs).toEqual([]);
    makeRun(join(root, 'own'));
    expect((await findRuns(join(root, 'own'))).runs.map(({ id }) => id)).toEqual(['.']);
  });

  test('that links lead to are not followed, whether whole or in their files', async () => {
    makeRun(join(outside, 'secret'), 'secret');
    await symlink(join(outside, 'secret'), join(root, 'linked'));
    await mkdir(join(root, 'half'));
    await symlink(join(outside, 'secret', 'study.sqlite'), join(root, 'half', 'study.sqlite'));
    const told = await heard(
      (tell) => watch().watchAll(tell),
      (all) => all.length === 1,
    );
    expect(listOf(told).runs).toEqual([
      { id: 'half', shown: null, problem: expect.stringContaining('the run holds a link, which is not followed') },
    ]);
    expect(JSON.stringify(told)).not.toContain('search for secret');
  });

  test.each(['../secret', '/etc', 'deep/../../secret', '..', '%2e%2e/secret', 'linked', ''])(
    'do not have one by the name %j',
    async (id) => {
      makeRun(join(outside, 'secret'), 'secret');
      await symlink(join(outside, 'secret'), join(root, 'linked'));
      const told = await heard(
        (tell) => watch().watchOne(id, tell),
        (all) => all.length === 1,
      );
      expect(told).toEqual([{ event: 'gone', data: null }]);
    },
  );

  test('one that is damaged says so, and hides no other', async () => {
    makeRun(join(root, 'sound'));
    await mkdir(join(root, 'damaged'));
    await writeFile(
      join(root, 'damaged', 'study.sqlite'),
      'no database at all, and longer than a header is: '.repeat(9),
    );
    const told = await heard(
      (tell) => watch().watchAll(tell),
      (all) => all.length === 1,
    );
    const [damaged, sound] = listOf(told).runs;
    expect([damaged?.shown, sound?.problem]).toEqual([null, null]);
    expect(damaged?.problem).toMatch(/^ASL_STATE_CORRUPT/);
  });

  test('of one, what is stored is told anew as it changes, and nothing where nothing does', async () => {
    const store = TrialStore.create(join(root, 'run'), meta('miou'));
    const trial = { number: 0, index: 0, key: 'k', theta: [0.5], descent: null, whole: false, copyOf: null };
    const hours = ({ state, coreHours }: RunStatus): RunWords => ({
      ...words({ state, metric: '' } as RunStatus),
      left: String(coreHours),
    });
    const watched = new RunWatch({ root, allowCode: false, words: hours });
    const told = await heard(
      (tell) => watched.watchOne('run', tell),
      (all) => all.filter(({ event }) => event === 'status').length > 1,
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 2500));
        store.addRound(0, [trial]);
        store.finish(0, { status: 'complete', reward: 0.5, metrics: {}, images: 1 }, 3_600_000);
      },
    );
    store.close();
    expect(told.map(({ event }) => event).slice(0, 3)).toEqual(['status', 'contents', 'status']);
  });
});
