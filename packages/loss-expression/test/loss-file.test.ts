import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publishedLosses } from '@auto-seg-loss/formula';
import { type CurvesTerm, type LossFile, lossFileText } from '@auto-seg-loss/loss-file';
import { describe, expect, test } from 'vitest';
import { failure, makeProject } from '../../runtime/test/project.ts';
import { openSearchedLoss } from '../src/open-searched-loss.ts';
import { readLossFile } from '../src/read-loss-file.ts';
import { resolveLoss } from '../src/resolve-loss.ts';

const term: CurvesTerm = {
  weight: 1,
  temperature: 1,
  metric: { use: 'miou' },
  surrogate: { use: 'bezier', pieces: 1 },
  constraints: [{ use: 'truth-table' }, { use: 'monotonicity' }],
  absent: 'zero',
  curves: [
    {
      name: 'intersection',
      points: [
        [0, 0],
        [0.1, 0.7],
        [1, 1],
      ],
    },
    {
      name: 'union',
      points: [
        [0, 0],
        [0.9, 0.2],
        [1, 1],
      ],
    },
  ],
};
const loss: LossFile = {
  terms: [term],
  theta: [0.1, 0.7, 0.9, 0.2],
  reward: { metric: 'miou', value: 0.5 },
  found: { searcher: 'ppo', seed: 1, round: 2, trial: 7 },
};

async function written(file: LossFile | string): Promise<{ path: string; baseDir: string }> {
  const baseDir = await makeProject();
  const path = join(baseDir, 'loss.json');
  await writeFile(path, typeof file === 'string' ? file : lossFileText(file));
  return { path, baseDir };
}

const edited = (change: (text: string) => string): string => change(lossFileText(loss));
/** Without a hash, as a person would write it. */
const handMade = (change: object): string => {
  const { sha256: _hash, ...file } = JSON.parse(lossFileText(loss)) as Record<string, unknown>;
  return JSON.stringify({ ...file, ...change });
};
const context = (baseDir: string) => ({ baseDir, cacheDir: baseDir });

describe('writing and reading', () => {
  test('what is written is read, signed; the bytes depend on nothing else', async () => {
    const { path } = await written(loss);
    const read = await readLossFile(path);
    expect(read).toEqual({ ...loss, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
    expect(await readFile(path, 'utf8')).toBe(lossFileText(loss));
    expect(lossFileText(read)).toBe(lossFileText(loss));
    expect(lossFileText(loss)).toContain('"theta": [0.1, 0.7, 0.9, 0.2]');
  });

  test('another layout or order of keys is the same file', async () => {
    const { sha256, ...rest } = JSON.parse(lossFileText(loss)) as Record<string, unknown>;
    const { path } = await written(JSON.stringify({ sha256, ...Object.fromEntries(Object.entries(rest).reverse()) }));
    expect((await readLossFile(path)).theta).toEqual(loss.theta);
  });

  test('a changed number is noticed, whatever it is', async () => {
    for (const [from, to] of [
      ['0.7', '0.8'],
      ['"trial": 7', '"trial": 8'],
      ['"zero"', '"skip"'],
    ] as const) {
      const { path } = await written(edited((text) => text.replace(from, to)));
      const error = await failure(readLossFile(path));
      expect(error.code).toBe('ASL_LOSS_INVALID');
      expect(error.message).toContain('edited by hand');
      expect(error.details.remedy).toContain('remove "sha256"');
    }
  });

  test('a file without a hash is taken as hand-made', async () => {
    const { path } = await written(handMade({}));
    expect((await readLossFile(path)).sha256).toBeUndefined();
  });

  test.each([
    ['', 'value expected'],
    ['{"format": "auto-seg-loss/1", "format": 1}', 'stands twice'],
    ['[]', 'no loss'],
  ])('%j is no loss file', async (text, message) => {
    const { path } = await written(text);
    const error = await failure(readLossFile(path));
    expect(error.code).toBe('ASL_LOSS_INVALID');
    expect(error.message).toContain(message);
    expect(error.details.where).toContain(path);
  });

  test('all fields that are wrong, together', async () => {
    const { path } = await written(
      handMade({
        format: 'auto-seg-loss/3',
        absent: 'maybe',
        curves: [
          {
            name: '',
            points: [
              [0, 0],
              [2, 0],
            ],
          },
        ],
        teta: [],
      }),
    );
    const error = await failure(readLossFile(path));
    expect(error.details.problems?.map(({ where }) => where)).toEqual([
      'format',
      'absent',
      'curves[0].name',
      'curves[0].points[1][0]',
      'teta',
    ]);
    expect(error.format()).toContain('Did you mean "theta"?');
  });

  test('no such file', async () => {
    const error = await failure(readLossFile('/nowhere/loss.json'));
    expect(error.code).toBe('ASL_LOSS_INVALID');
    expect(error.details.received).toBe('no such file');
  });
});

describe('opening', () => {
  test('gives the metric and its curves', async () => {
    const { baseDir } = await written(loss);
    const opened = await openSearchedLoss('loss.json', { cwd: baseDir, context: context(baseDir) });
    expect(opened.metric.name).toBe('miou');
    expect(opened.curves.map((curve) => curve.points)).toEqual(term.curves.map(({ points }) => points));
  });

  test('a curve that breaks a constraint: constraint, curve and point', async () => {
    const points = [
      [0, 0.1],
      [0.5, 0.9],
      [0.6, 0.4],
      [0.7, 0.6],
      [1, 1],
    ];
    const curves = [
      { name: 'intersection', points },
      { name: 'union', points },
    ];
    const { baseDir } = await written(handMade({ curves, surrogate: { use: 'bezier', pieces: 2 } }));
    const error = await failure(openSearchedLoss('loss.json', { cwd: baseDir, context: context(baseDir) }));
    expect(error.code).toBe('ASL_LOSS_INVALID');
    expect(error.details.where).toContain('curves[0] ("intersection")');
    expect(error.details.problems).toEqual([
      expect.objectContaining({ where: 'points[0]', received: 'g(0) is 0.1, but must be 0' }),
      expect.objectContaining({ where: 'points[2]', received: expect.stringContaining('falls from 0.9') as string }),
    ]);
  });

  test('control points of another surrogate: the curve and what was expected', async () => {
    const { baseDir } = await written(handMade({ surrogate: { use: 'bezier', pieces: 2 } }));
    const error = await failure(openSearchedLoss('loss.json', { cwd: baseDir, context: context(baseDir) }));
    expect(error.code).toBe('ASL_LOSS_INVALID');
    expect(error.details.where).toContain('curves[0] ("intersection") in loss.json');
    expect(error.details.expected).toContain('5 control points');
  });

  test('curves of another metric', async () => {
    const { baseDir } = await written(handMade({ curves: [term.curves[0]] }));
    const error = await failure(openSearchedLoss('loss.json', { cwd: baseDir, context: context(baseDir) }));
    expect(error.code).toBe('ASL_LOSS_MISMATCH');
    expect(error.details).toMatchObject({ expected: 'intersection, union', received: 'intersection' });
  });

  test('a loss of another metric than asked for', async () => {
    const { baseDir } = await written(loss);
    const error = await failure(
      openSearchedLoss('loss.json', { cwd: baseDir, context: context(baseDir), metric: 'bf1' }),
    );
    expect(error.code).toBe('ASL_LOSS_MISMATCH');
    expect(error.details).toMatchObject({ expected: 'a loss of the metric "bf1"', received: 'one of "miou"' });
  });
});

describe('names of losses', () => {
  test.each(Object.keys(publishedLosses))('published:%s opens, and keeps its constraints', async (name) => {
    const baseDir = await makeProject();
    const opened = await openSearchedLoss(`published:${name}`, { cwd: baseDir, context: context(baseDir) });
    expect(opened.term.metric.use).toBe(name);
    expect(opened.curves).toHaveLength(publishedLosses[name]?.curves.length ?? 0);
  });

  test('options of the request go to the metric that has them', async () => {
    const request = { context: context(await makeProject()), metricOptions: { tolerance: 2 } };
    expect((await openSearchedLoss('published:biou', request)).term.metric).toEqual({
      use: 'biou',
      tolerance: 2,
      background: false,
    });
    expect(await openSearchedLoss('published:miou', request)).toMatchObject({
      term: { metric: { use: 'miou' } },
      unused: ['tolerance'],
    });
  });

  test('an unknown published loss names the nearest', async () => {
    const error = await failure(openSearchedLoss('published:bf2', { context: context(await makeProject()) }));
    expect(error.code).toBe('ASL_LOSS_INVALID');
    expect(error.details.remedy).toBe('Did you mean "bf1"?');
  });

  test('a rival is a loss plugin', async () => {
    const error = await failure(resolveLoss('cross-entrpy', { context: context(await makeProject()) }));
    expect(error.code).toBe('ASL_PLUGIN_NOT_FOUND');
    expect(error.details.remedy).toBe('Did you mean "cross-entropy"?');
  });
});
