import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig, searchedMetrics } from '@auto-seg-loss/config';
import { pluginProblems } from '@auto-seg-loss/runtime';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { type CodeBlock, codeBlocks } from '../code-blocks.ts';
import { strangerEnv } from '../stranger.ts';

// The docs, followed to the letter by a stranger, who has the packed packages and nothing of this project's settings: in an
// empty folder, outside of the repository.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const docs = (name: string) => readFile(join(ROOT, 'docs', name), 'utf8');

let folder: string;
let home: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-docs-'));
  home = await mkdtemp(join(tmpdir(), 'asl-home-'));
});
afterAll(async () => {
  for (const each of [folder, home]) await rm(each, { recursive: true, force: true });
});

interface Ran {
  readonly code: number;
  readonly output: string;
}

function run(script: string, cwd: string): Promise<Ran> {
  // The repository is installed and built already where tests run; installing it again would pull it from under them.
  const ready = script.replace('npm ci && npm run packages', 'npm run packages');
  const env = { ...strangerEnv(home), AUTO_SEG_LOSS: ROOT };
  return new Promise((resolve) => {
    execFile('bash', ['-euo', 'pipefail', '-c', ready], { cwd, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, output: `${stdout}\n${stderr}` });
    });
  });
}

const plain = (text: string) => text.replaceAll(/\s+/g, ' ').trim();

/** Follows the blocks of a page: writes files, runs commands, looks for what they are said to print. */
async function follow(blocks: readonly CodeBlock[]): Promise<void> {
  let last: Ran = { code: 0, output: '' };
  for (const { language, title, words, text } of blocks) {
    if (title !== undefined) {
      await mkdir(dirname(join(folder, title)), { recursive: true });
      await writeFile(join(folder, title), text);
    } else if (language === 'bash' && !words.includes('skip')) {
      last = await run(text, folder);
      const wanted = words.includes('fails') ? 1 : 0;
      expect(last.code, `${text}\n${last.output}`).toBe(wanted);
    } else if (language === 'text') {
      for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
        expect(plain(last.output)).toContain(plain(line));
      }
    }
  }
}

describe('the docs, as written', () => {
  test('Write a metric in 20 lines', async () => {
    const blocks = codeBlocks(await docs('tutorials/write-a-metric.md'));
    expect(blocks.filter(({ language }) => language === 'bash').length).toBeGreaterThanOrEqual(6);
    const metric = blocks.find(({ title }) => title === 'metric-f2/src/index.ts');
    expect(metric?.text.trim().split('\n').length).toBeLessThanOrEqual(20);
    await follow(blocks);
    expect(existsSync(join(folder, 'metric-f2/dist/index.d.ts'))).toBe(true);
    expect(existsSync(join(folder, 'runs/f2/report.svg'))).toBe(true);
  });

  test('laws in a test runner', async () => {
    const blocks = codeBlocks(await docs('laws.md')).filter(({ title }) => title?.endsWith('.mjs'));
    expect(blocks).toHaveLength(1);
    await follow(blocks);
    const { code, output } = await run('node --test laws.test.mjs', folder);
    expect(code, output).toBe(0);
    expect(output).toMatch(/# fail 0/);
    expect(output).toMatch(/ok \d+ - twice/);
  });

  test('the CI recipe', async () => {
    const [recipe] = codeBlocks(await docs('laws.md')).filter(({ language }) => language === 'yaml');
    const { jobs } = parse(recipe?.text ?? '') as { jobs: { laws: { steps: { run?: string }[] } } };
    const commands = jobs.laws.steps.flatMap((step) => (step.run === undefined ? [] : [step.run]));
    expect(commands.length).toBeGreaterThanOrEqual(2);
    // A clone of that project elsewhere, which has no node_modules.
    const clone = await mkdtemp(join(tmpdir(), 'asl-clone-'));
    onTestFinished(() => rm(clone, { recursive: true, force: true }));
    for (const name of ['package.json', 'package-lock.json', 'packed', 'metric-f2']) {
      await cp(join(folder, name), join(clone, name), { recursive: true });
    }
    for (const command of commands) {
      const { code, output } = await run(command, clone);
      expect(code, `${command}\n${output}`).toBe(0);
    }
    expect(await readFile(join(clone, 'laws.xml'), 'utf8')).toContain('failures="0"');
  });

  // YAML that names a metric is a config; only environment variables and files of one's own are not there.
  test.each(['../README.md', 'search.md', 'real-size.md'])(
    'configs of %s are accepted, with the options of their plugins',
    async (page) => {
      const blocks = codeBlocks(await docs(page)).filter(({ language }) => language === 'yaml');
      expect(blocks.length).toBeGreaterThan(0);
      for (const { text } of blocks) {
        const file = join(folder, 'config.yaml');
        await writeFile(file, text);
        const { config, baseDir } = await loadConfig({ cwd: folder, file });
        const places = [
          ...searchedMetrics(config).map((use) => ({ kind: 'metric' as const, use, where: 'metric' })),
          { kind: 'searcher' as const, use: config.searcher, where: 'searcher' },
          { kind: 'surrogate' as const, use: config.surrogate, where: 'surrogate' },
          { kind: 'network' as const, use: config.network, where: 'network' },
          ...(config.proxy.network === null
            ? []
            : [{ kind: 'network' as const, use: config.proxy.network, where: 'proxy.network' }]),
          ...config.guards.map(({ metric }) => ({ kind: 'metric' as const, use: metric, where: 'guards' })),
          ...Object.values(config.losses).flatMap((uses) =>
            uses.flatMap(({ loss }) =>
              typeof loss === 'string' ? [] : [{ kind: 'loss' as const, use: loss, where: 'losses' }],
            ),
          ),
        ];
        expect(await pluginProblems(places, baseDir), text).toEqual([]);
      }
    },
  );

  test('explain every law', async () => {
    const text = await docs('laws.md');
    const targets = [
      'bf1',
      'bezier',
      'truth-table',
      'ppo',
      'cross-entropy',
      'scenes',
      'deeplab-lite',
      'published:miou',
    ];
    const args = ['packages/cli/bin/asl.js', 'verify', ...targets, '--json', '--runs', '1', '--seed', '1'];
    const { subjects } = JSON.parse(execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' })) as {
      subjects: { kind: string; laws: { law: string }[] }[];
    };
    const sections = new Map(
      text.split(/^## /m).map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
    );
    const titles: Record<string, readonly string[]> = {
      metric: ['Metrics'],
      surrogate: ['Surrogates'],
      constraint: ['Constraints'],
      searcher: ['Searchers'],
      loss: ['Losses'],
      dataset: ['Data sets'],
      network: ['Networks'],
      'searched loss': ['Losses'],
    };
    expect(new Set(subjects.map(({ kind }) => kind))).toEqual(new Set(Object.keys(titles)));
    for (const { kind, laws } of subjects) {
      const where = [...(titles[kind] ?? []), 'The laws of every plugin']
        .map((title) => sections.get(title) ?? '')
        .join();
      for (const { law } of laws) expect(where.includes(`\`${law}\``), `${kind} ${law}`).toBe(true);
    }
  });
});
