import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { makeProject } from '../../../packages/cli/test/project.ts';
import { runAsl } from '../../../packages/cli/test/run-asl.ts';

// Plugins whose code throws, on every way from the command line to it. Each throws in line 4.

const METRIC = `import { defineMetric, noOptions } from '@auto-seg-loss/kernel';
const measure = ({ and, sum }, { prediction, label }) => ({ hits: sum(and('hits', prediction, label)) });
interface Missing { readonly deep: { readonly thing: number } }
const score = ({ mean, scale }, { hits }) => mean(scale(({} as Missing).deep.thing, hits));
export const plugin = defineMetric({ name: 'broken', summary: 'For tests', options: noOptions, measure, score });
`;
const LOSS = `import { definePlugin } from '@auto-seg-loss/kernel';
import { add, sum } from '@tensorflow/tfjs-core';
import { z } from 'zod';
const value = (logits) => sum(add(logits, 'no tensor'));
const create = () => ({ name: 'broken', value });
export const plugin = definePlugin({ kind: 'loss', name: 'broken', summary: 'For tests', options: z.strictObject({}), create });
`;
const NETWORK = `import { definePlugin } from '@auto-seg-loss/kernel';
import { z } from 'zod';
const options = z.strictObject({});
const build = (classes) => classes.nothing.here;
const create = () => ({ name: 'broken', build });
export const plugin = definePlugin({ kind: 'network', name: 'broken', summary: 'For tests', options, create });
`;

const SIZE = [32, 32];
const CONFIG = {
  metric: 'miou',
  workers: 2,
  searcher: { use: 'random', rounds: 2, samples: 50 },
  dataset: { use: 'scenes', size: SIZE, train: 6, val: 2 },
  network: { use: 'deeplab-lite', width: 4, rates: [1] },
  proxy: { size: SIZE, batchSize: 2, iterations: 2, warmStart: null },
  training: { size: SIZE, batchSize: 2, iterations: 2 },
  report: { metrics: [], seeds: 1 },
};
const project = (config: object = {}): Promise<string> =>
  makeProject({
    'metric.ts': METRIC,
    'loss.ts': LOSS,
    'network.ts': NETWORK,
    'asl.config.json': { ...CONFIG, ...config },
  });

function expectBlame(stderr: string, plugin: string, where: string): void {
  expect(stderr).toMatch(new RegExp(`^ASL_PLUGIN_FAILED: the ${plugin} "broken" failed in \\w+: (Type)?Error: `, 'm'));
  expect(stderr).toMatch(new RegExp(`^ {2}where: +${where}: .*/${plugin}\\.ts:4:\\d+$`, 'm'));
  expect(stderr).not.toContain('defect of this program');
  expect(stderr).not.toMatch(/^\s+at /m);
}

describe('a plugin whose code throws is named, with its file and line', () => {
  test('in an evaluation', async () => {
    const cwd = await project();
    const png = encode({ width: 1, height: 1, data: Uint8Array.of(0), channels: 1, depth: 8 });
    await writeFile(join(cwd, '1.png'), png);
    const args = ['evaluate', '--metrics', './metric.ts', '--predictions', '.', '--labels', '.', '--classes', '2'];
    const { code, stderr } = await runAsl(args, { cwd });
    expect(code).toBe(1);
    expectBlame(stderr, 'metric', 'metric "./metric.ts"');
    const debugged = await runAsl([...args, '--debug'], { cwd });
    expect(debugged.stderr).toMatch(/caused by: TypeError: .*\n +at .*metric\.ts:4:/);
  });

  test.each([
    ['metric', { metric: './metric.ts' }, 'metric'],
    ['metric', { guards: [{ metric: './metric.ts', drop: 0.1 }] }, 'guards\\[0\\]\\.metric'],
    ['metric', { report: { metrics: ['./metric.ts'], seeds: 1 } }, 'report\\.metrics\\[0\\]'],
    ['network', { network: './network.ts' }, 'network'],
  ])('in a search: %s of %o', async (plugin, config, where) => {
    const cwd = await project(config);
    const { code, stderr } = await runAsl(['search', '--out', 'run'], { cwd });
    expect(code).toBe(1);
    expectBlame(stderr, plugin, where);
    // None of a hundred trials is told to the searcher as a bad one.
    expect(stderr).not.toMatch(/trial \d+/);
    const log = await readFile(join(cwd, 'run/workers.log'), 'utf8');
    // What guards compare with is an outcome, and carries its error: its stack is not in the log.
    if (!where.startsWith('guards')) expect(log).toMatch(new RegExp(`at .*${plugin}\\.ts:4:`));
  });

  test.each([
    ['train', ['train', '--loss', './loss.ts', '--out', 'run']],
    ['compare', ['compare', '--losses', './loss.ts,cross-entropy', '--out', 'run']],
  ])('in asl %s', async (_, args) => {
    const cwd = await project();
    const { code, stderr } = await runAsl(args, { cwd });
    expect(code).toBe(1);
    expectBlame(stderr, 'loss', 'the loss "./loss.ts"');
  });
});
