import 'reflect-metadata';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json, OfferedSearch } from '@auto-seg-loss/kernel';
import { pluginContext } from '@auto-seg-loss/plugin-host';
import { beforeEach, describe, expect, test } from 'vitest';
import { assembleRun } from '../src/container/assemble-run.ts';
import { acceptSearch } from '../src/jobs/accept-search.ts';
import { sharedSearch } from '../src/jobs/shared-search.ts';
import { chooseEngine, environmentOf } from '../src/run-folder/environment.ts';
import { loaded } from './in-process.ts';
import { failure } from './project.ts';

type Changed = { readonly [key: string]: Json };

let search: Changed;
let cwd: string;
beforeEach(async () => {
  const { config, baseDir } = await loaded();
  cwd = baseDir;
  const run = await assembleRun(config, pluginContext(baseDir));
  const engine = chooseEngine('wasm');
  const environment = await environmentOf(run, engine);
  const known = { firstRound: 0, twins: [], reference: null };
  search = sharedSearch(run, { engine, environment }, known) as Changed;
  await run.dispose();
});

async function offer(change: Changed = {}): Promise<OfferedSearch> {
  const paused = await mkdtemp(join(tmpdir(), 'asl-accept-'));
  return { name: 'miou in /run', search: { ...search, ...change }, files: {}, paused };
}

describe('a search of another machine', () => {
  test('is accepted where all is equal', async () => {
    const accepted = await acceptSearch(await offer(), { allowCode: false, cwd });
    expect(accepted.pausedFile('k'.repeat(64))).toContain('k'.repeat(64));
    await accepted.dispose();
  });

  test.each([
    ['other data', { data: 'x' }, /data: expected "x", received/],
    ['another version of a plugin', { plugins: {} }, /plugins: metric miou: expected nothing, received "/],
    ['another library', { libraryVersion: '1' }, /libraryVersion: expected "1", received/],
    ['another platform', { platform: 'plan9' }, /platform: expected "plan9"/],
  ])('is refused for %s, which is named', async (_, change, message) => {
    const environment = { ...(search.environment as Changed), ...change };
    const error = await failure(acceptSearch(await offer({ environment }), { allowCode: false, cwd }));
    expect(error.code).toBe('ASL_WORKER_MISMATCH');
    expect(error.format()).toMatch(message);
  });

  test('is refused for another build, in one line', async () => {
    const build = Object.fromEntries(Object.keys(search.build as Changed).map((name) => [name, 'sha256 0']));
    const error = await failure(acceptSearch(await offer({ build }), { allowCode: false, cwd }));
    expect(error.details.problems).toHaveLength(1);
    expect(error.format()).toMatch(
      /this program: expected build \w{12}, received build \w{12}: backbones, .* more differ/,
    );
  });

  test('may not name code by its path, unless that is let', async () => {
    const config = { ...(search.config as Changed), metric: { use: './not-there.mjs' } };
    const refused = await failure(acceptSearch(await offer({ config }), { allowCode: false, cwd }));
    expect(refused.code).toBe('ASL_NOT_TRUSTED');
    expect(refused.format()).toMatch(/metric: expected an installed package, received "\.\/not-there\.mjs"/);
    const missing = await failure(acceptSearch(await offer({ config }), { allowCode: true, cwd }));
    expect(missing.code).toBe('ASL_PLUGIN_NOT_FOUND');
  });

  test('whose data are not here says how to say where they are', async () => {
    const config = {
      ...(search.config as Changed),
      dataset: { use: 'voc', root: '/not/here' },
    };
    const error = await failure(acceptSearch(await offer({ config }), { allowCode: false, cwd }));
    expect(error.code).toBe('ASL_DATA_MISSING');
    expect(error.details.remedy).toContain('asl worker --data');
    const data = join(cwd, 'elsewhere');
    const moved = await failure(acceptSearch(await offer({ config }), { allowCode: false, cwd, data }));
    expect(moved.format()).toContain(data);
    expect(moved.details.where).toContain(`--data ${data}, the search miou in /run`);
    expect(error.details.where).toMatch(/\/not\/here.*, the search miou in \/run$/);
  });

  test('whose data are made is accepted by a worker that says where other data are', async () => {
    const elsewhere = { allowCode: false, cwd, data: join(cwd, 'elsewhere') };
    const accepted = await acceptSearch(await offer(), elsewhere);
    await accepted.dispose();
    const environment = { ...(search.environment as Changed), data: 'x' };
    const error = await failure(acceptSearch(await offer({ environment }), elsewhere));
    expect(error.details.remedy).not.toContain('--data');
  });

  test('that cannot be put together here is named, with what was said of its data', async () => {
    const config = { ...(search.config as Changed), dataset: { use: 'voc', root: 'x', colour: 'red' } };
    const data = join(cwd, 'elsewhere');
    const error = await failure(acceptSearch(await offer({ config }), { allowCode: false, cwd, data }));
    expect(error.format()).toMatch(/colour/);
    expect(error.details.where).toContain(`--data ${data}, the search miou in /run`);
  });

  test('of another version is none', async () => {
    const error = await failure(acceptSearch(await offer({ format: 2 }), { allowCode: false, cwd }));
    expect(error.code).toBe('ASL_WORKER_MISMATCH');
  });
});
