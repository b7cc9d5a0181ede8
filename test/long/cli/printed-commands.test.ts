import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeProject } from '../../../packages/cli/test/project.ts';
import { ASL, type Ran, runAsl } from '../../../packages/cli/test/run-asl.ts';
import { strangerEnv } from '../../stranger.ts';

// What is printed for a person to paste is pasted: into a shell, by somebody whose settings are not ours.

const small = { size: [32, 32], batchSize: 2, iterations: 2 };
const config = {
  metric: './share.ts',
  workers: 2,
  searcher: { use: 'random', rounds: 1, samples: 2 },
  dataset: { use: 'scenes', size: [32, 32], train: 8, val: 2 },
  network: { use: 'deeplab-lite', width: 4 },
  proxy: { ...small, warmStart: null },
  training: small,
  reevaluation: { repeats: 0, confirm: 0 },
  report: { seeds: 1 },
};

/** The share of labelled pixels that are found; ignored ones count, which breaks a law. */
const SHARE = `
import { defineMetric, noOptions, type Plugin } from '@auto-seg-loss/kernel';
export const plugin: Plugin<'metric', Record<string, never>> = defineMetric({
  name: 'share', summary: 'For tests', options: noOptions,
  measure: ({ and, sum }, { prediction, label, everywhere }) => ({
    hits: sum(and('hits', prediction, label)), all: sum(prediction, everywhere),
  }),
  score: ({ mean, ratio }, { hits, all }) => mean(ratio(hits, all)),
});
`;

/** Every command that a text shows, each to the end of its line. */
function commandsIn(text: string): readonly string[] {
  return [...text.matchAll(/npx --no-install asl .*$/gm)].map(([command]) => command);
}

/** Pastes a command into a shell. */
async function paste(command: string | undefined, cwd: string): Promise<Ran> {
  if (command === undefined) throw new Error('no command was printed');
  const home = join(cwd, 'home');
  await mkdir(home, { recursive: true });
  return new Promise((resolve) => {
    execFile('bash', ['-c', command], { cwd, env: strangerEnv(home) }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe('a command that is printed runs as printed', () => {
  test('after a search: the next one, wherever config and run folder lie, whatever was set', async () => {
    const cwd = await makeProject({ 'my tasks/first.json': config, 'my tasks/share.ts': SHARE });
    const args = ['search', 'my tasks/first.json', '--set', 'seed=3', '--out', "runs/it's"];
    const { code, stdout, stderr } = await runAsl(args, { cwd });
    expect([code, stderr]).toEqual([0, expect.stringContaining('Run folder')]);
    const next = commandsIn(stdout);
    expect(next).toHaveLength(1);
    const compared = await paste(next[0], cwd);
    expect(compared.code, compared.stderr).toBe(0);
    expect(compared.stdout).toMatch(/^runs\/it's\/loss\.json +\d+\.\d\d/m);
  });

  test('after a search that is stopped: the one that goes on, and then the next one', async () => {
    const cwd = await makeProject({ 'asl.config.json': { ...config, seed: 3 }, 'share.ts': SHARE });
    const child = spawn(process.execPath, [ASL, 'search', '--out', 'a run'], {
      cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (!stderr.includes('trials in 1 round') && (stderr + text).includes('trials in 1 round')) child.kill('SIGINT');
      stderr += text;
    });
    expect(await once(child, 'close')).toEqual([130, null]);
    const resumed = await paste(commandsIn(stderr)[0], cwd);
    expect(resumed.code, resumed.stderr).toBe(0);
    const compared = await paste(commandsIn(resumed.stdout)[0], cwd);
    expect(compared.code, compared.stderr).toBe(0);
  });

  test('of a broken law: the one that shows it again', async () => {
    const cwd = await makeProject({ 'my metrics/share.ts': SHARE });
    const args = ['verify', 'my metrics/share.ts', '--law', 'ignored', '--seed', '1', '--engine', 'wasm'];
    const { code, stdout } = await runAsl(args, { cwd });
    expect(code).toBe(1);
    const [replay] = commandsIn(stdout);
    expect(replay).toContain('--engine wasm');
    const again = await paste(replay, cwd);
    expect(again.code, again.stderr).toBe(1);
    expect(again.stdout).toContain('0 laws hold, 1 broken');
    expect(commandsIn(again.stdout)).toHaveLength(1);
  });

  test('of a wrong command line: the help', async () => {
    const cwd = await makeProject();
    const { stderr } = await runAsl(['engine', 'install', '--now'], { cwd });
    const { code, stdout } = await paste(commandsIn(stderr)[0], cwd);
    expect([code, stdout]).toEqual([0, expect.stringContaining('--gpu')]);
  });

  test('without the engine: the one that installs it, which is not run here', async () => {
    const cwd = await makeProject({ 'asl.config.json': { ...config, seed: 3 }, 'share.ts': SHARE });
    const env = { ASL_CACHE_DIR: join(cwd, 'no engine') };
    const doctor = await runAsl(['doctor'], { cwd, env });
    const native = await runAsl(['search', '--engine', 'native'], { cwd, env });
    for (const text of [doctor.stdout, native.stderr]) {
      expect(commandsIn(text)).toEqual(['npx --no-install asl engine install']);
    }
    const { code, stdout } = await paste('npx --no-install asl engine install --help', cwd);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^Usage: asl engine install /)]);
  });
});
