import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runAsl, startAslUntil } from '../../../packages/cli/test/run-asl.ts';
import { smallestSearch } from '../../../packages/cli/test/smallest-search.ts';
import { pythonWith, runPython } from '../export/frameworks.ts';

// What `--tensorboard` writes, read by TensorBoard itself: by the reader of its Python package, and by the server behind its page.

const python = pythonWith(['tensorboard']) ?? '';

/** What read_events.py says of a folder with event files. */
interface ReadRun {
  readonly scalars: Readonly<Record<string, readonly (readonly [step: number, value: number])[]>>;
  readonly images: Readonly<
    Record<string, readonly (readonly [step: number, width: number, height: number, sha256: string])[]>
  >;
  readonly hparams?: Readonly<Record<string, number | string>>;
  readonly status?: number;
}
type ReadRuns = Readonly<Record<string, ReadRun>>;

let folder: string;
const at = (...names: readonly string[]) => join(folder, ...names);

async function asl(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runAsl(args, { cwd: folder });
  expect(code, stderr).toBe(0);
  return stdout;
}

/** Runs a command until a line, and kills it. */
async function killAt(line: RegExp, ...args: readonly string[]): Promise<void> {
  const { child } = await startAslUntil(args, line, folder);
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  expect(await closed).toEqual([null, 'SIGKILL']);
}

function readRuns(logs: string): ReadRuns {
  const { status, stdout, stderr } = runPython(python, [
    fileURLToPath(new URL('read_events.py', import.meta.url)),
    at(logs),
  ]);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

function expectEachOnce(runs: ReadRuns): void {
  for (const { scalars, images } of Object.values(runs)) {
    for (const [tag, values] of [...Object.entries(scalars), ...Object.entries(images)]) {
      const steps = values.map(([step]) => step);
      expect(steps, tag).toEqual([...new Set(steps)].sort((a, b) => a - b));
    }
  }
}

/** So many that a fast machine is still at them when it has said a second time how far it is, which it does after five seconds. */
const ITERATIONS = 2500;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-tensorboard-'));
  const config = {
    ...smallestSearch,
    searcher: { ...smallestSearch.searcher, rounds: 3 },
    guards: [{ metric: 'gacc', drop: 0.5 }],
    pruning: { rule: 'halving', rungs: [0.5] },
    training: { ...smallestSearch.training, iterations: ITERATIONS },
  };
  await writeFile(at('asl.config.json'), JSON.stringify(config));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a place for TensorBoard that is none', () => {
  test('is refused before anything is trained, and leaves nothing', async () => {
    await writeFile(at('file'), '');
    for (const args of [['search'], ['train', '--loss', 'cross-entropy'], ['compare', '--losses', 'cross-entropy']]) {
      const { code, stderr } = await runAsl([...args, '--tensorboard', 'file'], { cwd: folder });
      const refused =
        /^ASL_ARGUMENT_INVALID: event files for TensorBoard cannot be written there\n {2}where: {4}--tensorboard /;
      expect([code, stderr]).toEqual([2, expect.stringMatching(refused)]);
    }
    expect(existsSync(at('runs'))).toBe(false);
  });
});

describe.skipIf(python === '')('a search in TensorBoard', () => {
  let runs: ReadRuns;
  beforeAll(async () => {
    await asl('search', '--out', 'whole/run', '--tensorboard', 'logs-whole');
    runs = readRuns('logs-whole');
  });

  test('writing changes nothing of what is found', async () => {
    await asl('search', '--out', 'silent/run');
    expect(await readFile(at('silent', 'run', 'loss.json'), 'utf8')).toBe(
      await readFile(at('whole', 'run', 'loss.json'), 'utf8'),
    );
  });

  test('rewards, the best so far, metrics and images by trial; a row for each trial', () => {
    expectEachOnce(runs);
    const scalars = runs.run?.scalars ?? {};
    expect(Object.keys(scalars).sort()).toEqual([
      'metrics/gacc',
      'metrics/miou',
      'reevaluation/reward_after_3_rounds',
      'search/best',
      'search/images',
      'search/reward',
      'search/reward_pruned',
    ]);
    const ended = [...(scalars['search/reward'] ?? []), ...(scalars['search/reward_pruned'] ?? [])];
    expect(ended.map(([step]) => step).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const rewards = (scalars['search/reward'] ?? []).map(([, reward]) => reward);
    expect(scalars['search/best']?.at(-1)?.[1]).toBe(Math.max(...rewards));
    const rows = Object.entries(runs).filter(([name]) => name.startsWith('run/trials/'));
    expect(rows).toHaveLength(9);
    for (const [, { hparams = {} }] of rows)
      expect(Object.keys(hparams)).toEqual(expect.arrayContaining(['intersection 1', 'union 1']));
  });

  test('killed again and again, it ends with the same tags, steps and values', async () => {
    const search = ['search', '--out', 'killed/run', '--tensorboard', 'logs-killed'];
    const resume = ['search', '--resume', 'killed/run', '--tensorboard', 'logs-killed'];
    await killAt(/9 trials in 3 rounds/, ...search);
    await killAt(/^round 1\/3 done/m, ...resume);
    await killAt(/^round 2\/3 done/m, ...resume);
    await killAt(/tried again, 3 times/, ...resume);
    await asl(...resume);
    expect(readRuns('logs-killed')).toEqual(runs);
    // At its end, nothing more is written.
    await asl(...resume);
    expect(readRuns('logs-killed')).toEqual(runs);
  });

  test('several searches at once have a folder each; stopped, they say how to go on writing there', async () => {
    const several = join(folder, 'several');
    await mkdir(several);
    for (const name of ['one', 'two']) await writeFile(join(several, `${name}.json`), JSON.stringify(smallestSearch));
    const search = ['search', 'several', '--out', 'many', '--tensorboard', 'logs-many'];
    const { child, stderr } = await startAslUntil(search, /trial 1, round 1/, folder);
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([130, null]);
    const again = /To go on: npx --no-install asl (.*)$/m.exec(stderr())?.[1] ?? '';
    expect(again).toContain('--tensorboard logs-many');
    await asl(...again.split(' '));
    const both = readRuns('logs-many');
    expectEachOnce(both);
    expect(both.one?.scalars['search/best']).toHaveLength(6);
    expect(both.two).toEqual(both.one);
  });

  test('another run of the same name is refused, and nothing is left of it', async () => {
    const { code, stderr } = await runAsl(['search', '--out', 'other/run', '--tensorboard', 'logs-whole'], {
      cwd: folder,
    });
    expect([code, stderr]).toEqual([2, expect.stringContaining('the folder for TensorBoard holds another run')]);
    expect(existsSync(at('other'))).toBe(false);
    expect(readRuns('logs-whole')).toEqual(runs);
  });
});

describe.skipIf(python === '')('trainings in TensorBoard', () => {
  const train = ['train', '--loss', 'cross-entropy', '--tensorboard'];

  test('killed and gone on with, they end with the same as without', async () => {
    await asl(...train, 'logs-trained', '--out', 'trained/run');
    const whole = readRuns('logs-trained');
    const iteration = new RegExp(`^\\d+ %, iteration \\d+ of ${ITERATIONS}`, 'm');
    await killAt(iteration, ...train, 'logs-train-killed', '--out', 'train-killed/run');
    const early = Object.values(readRuns('logs-train-killed'))[0]?.scalars['training/loss'] ?? [];
    expect(early.length).toBeGreaterThan(0);
    const stopped = await startAslUntil(
      [...train, 'logs-train-killed', '--out', 'train-killed/run'],
      iteration,
      folder,
    );
    stopped.child.kill('SIGINT');
    expect(await once(stopped.child, 'close')).toEqual([130, null]);
    await asl(...train, 'logs-train-killed', '--out', 'train-killed/run');
    const killed = readRuns('logs-train-killed');
    expectEachOnce(killed);
    expect(killed).toEqual(whole);
    const [network] = Object.entries(whole).filter(([name]) => name.startsWith('run/cross-entropy-seed-1-'));
    const { scalars = {}, images = {} } = network?.[1] ?? {};
    expect(scalars['training/loss']?.map(([step]) => step)).toEqual(
      Array.from({ length: ITERATIONS }, (_, index) => index + 1),
    );
    expect(scalars['training/learning_rate']).toHaveLength(ITERATIONS);
    expect(scalars['val/miou']).toHaveLength(1);
    expect(Object.keys(scalars).filter((tag) => tag.startsWith('val_miou/')).length).toBeGreaterThan(3);
    expect(Object.keys(images).sort()).toEqual([
      'image, label, prediction/val/00000',
      'image, label, prediction/val/00001',
    ]);
    const bytes = await Promise.all(
      ['trained', 'train-killed'].map((name) => readFile(at(name, 'run', 'weights.safetensors'))),
    );
    expect(bytes[0]?.equals(bytes[1] as Buffer)).toBe(true);
  });

  test('a comparison: its networks with their losses, learning rates and seeds', async () => {
    const compare = ['compare', '--losses', 'cross-entropy,dice', '--seeds', '2', '--set', 'training.iterations=3'];
    await asl(...compare, '--learning-rates', '0.01,0.1', '--tensorboard', 'logs-compared');
    const runs = readRuns('logs-compared');
    expectEachOnce(runs);
    const rows = Object.entries(runs).filter(([name]) => name.startsWith('compare-1/hparams/'));
    const hparams = rows.map(([, row]) => [row.hparams?.loss, row.hparams?.seed]);
    expect(hparams).toHaveLength(4);
    expect(hparams).toEqual(
      expect.arrayContaining([
        ['cross-entropy', 1],
        ['cross-entropy', 2],
        ['dice', 1],
        ['dice', 2],
      ]),
    );
    const rates = Object.entries(runs).filter(([name]) => name.startsWith('compare-1/learning-rates/'));
    expect(rates).toHaveLength(2 * 2 * 3);
    for (const [, { scalars }] of rates) expect(Object.keys(scalars)).toContain('held_out/miou');
  });
});

describe.skipIf(python === '')("TensorBoard's page", () => {
  let server: ChildProcess;
  let address: string;
  /** What the server answers; with `body`, to a POST. */
  const ask = async (path: string, body?: object): Promise<Response> => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(new URL(path, address), init);
    expect(response.status, path).toBe(200);
    return response;
  };

  const json = async <T>(path: string, body?: object): Promise<T> => (await (await ask(path, body)).json()) as T;

  /** The server reads in the background; what it has read shows in its list of runs. */
  async function served(logs: string, count: number): Promise<void> {
    server = spawn(python, ['-m', 'tensorboard.main', '--logdir', at(logs), '--port', '0', '--load_fast=true'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    address = await new Promise<string>((resolve, reject) => {
      server.stderr?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const found = /https?:\/\/\S+:\d+/.exec(said)?.[0];
        if (found !== undefined) resolve(found.replace(/\/\/[^:]+:/, '//127.0.0.1:'));
      });
      server.once('close', () => reject(new Error(`TensorBoard ended:\n${said}`)));
    });
    await expect
      .poll(async () => (await json<readonly string[]>('/data/runs')).length, { timeout: 60_000 })
      .toBe(count);
  }
  afterAll(async () => {
    if (server === undefined) return;
    const closed = once(server, 'close');
    server.kill('SIGTERM');
    await closed;
  });

  test('the server behind it shows the same, also where a process was killed in the midst of a record', async () => {
    await asl('search', '--out', 'shown/run', '--tensorboard', 'logs-shown');
    const out = ['--out', 'shown/net', '--set', 'training.iterations=3'];
    await asl('train', '--loss', 'cross-entropy', ...out, '--tensorboard', 'logs-shown');
    await cutOff(at('logs-shown', 'run'));
    await asl('search', '--resume', 'shown/run', '--tensorboard', 'logs-shown');
    const runs = readRuns('logs-shown');
    expectEachOnce(runs);
    await served('logs-shown', Object.keys(runs).length);

    for (const [run, { scalars, images }] of Object.entries(runs)) {
      for (const [tag, values] of Object.entries(scalars)) {
        const query = new URLSearchParams({ run, tag });
        const shown = await json<readonly number[][]>(`/data/plugin/scalars/scalars?${query}`);
        expect(
          shown.map(([, step, value]) => [step, value]),
          `${run} ${tag}`,
        ).toEqual(values);
      }
      for (const [tag, [first]] of Object.entries(images)) {
        const query = new URLSearchParams({ run, tag, sample: '0' });
        const [shown] = await json<readonly { readonly query: string }[]>(`/data/plugin/images/images?${query}`);
        const picture = await ask(`/data/plugin/images/individualImage?${shown?.query}`);
        expect(picture.headers.get('content-type')).toBe('image/png');
        const bytes = Buffer.from(await picture.arrayBuffer());
        expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([first?.[1], first?.[2]]);
      }
    }

    const experiment = await json<{
      readonly hparamInfos: readonly { readonly name: string }[];
      readonly metricInfos: readonly { readonly name: { readonly tag: string } }[];
    }>('/data/plugin/hparams/experiment', { experimentName: '' });
    const names = experiment.hparamInfos.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['intersection 1', 'union 1', 'loss', 'learning_rate', 'seed']));
    const metrics = experiment.metricInfos.map(({ name }) => name.tag);
    expect(metrics.sort()).toEqual(['network/gacc', 'network/miou', 'trial/gacc', 'trial/miou', 'trial/reward']);
    const groups = await json<{ readonly totalSize: number }>('/data/plugin/hparams/session_groups', {
      experimentName: '',
      allowedStatuses: ['STATUS_SUCCESS', 'STATUS_FAILURE', 'STATUS_UNKNOWN', 'STATUS_RUNNING'],
      colParams: [{ metric: { tag: 'trial/reward', group: '' }, order: 'ORDER_DESC' }],
      startIndex: 0,
      sliceSize: 100,
    });
    // Nine trials and a network.
    expect(groups.totalSize).toBe(10);
  });
});

/** Takes the end of a folder's newest event file away, within a record. */
async function cutOff(path: string): Promise<void> {
  const [name = ''] = (await readdir(path))
    .filter((each) => each.includes('.tfevents.'))
    .sort()
    .reverse();
  const { size } = await stat(join(path, name));
  await truncate(join(path, name), Math.round(size * 0.6));
}
