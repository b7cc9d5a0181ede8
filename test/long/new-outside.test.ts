import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { strangerEnv } from '../stranger.ts';

// A plugin that is begun where there is no project: by the commands that are printed, with npm's default settings.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ASL = join(ROOT, 'packages/cli/bin/asl.js');

let home: string;
let packed: string;
let folder: string;
beforeAll(async () => {
  [home, packed, folder] = (await Promise.all(
    ['home', 'packed', 'outside'].map((name) => mkdtemp(join(tmpdir(), `asl-${name}-`))),
  )) as [string, string, string];
  execFileSync(process.execPath, [join(ROOT, 'packages/pack.js'), packed], { stdio: 'pipe' });
});
afterAll(async () => {
  for (const each of [home, packed, folder]) await rm(each, { recursive: true, force: true });
});

function run(script: string, cwd: string): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    const options = { cwd, env: strangerEnv(home), maxBuffer: 2 ** 26 };
    execFile('bash', ['-euo', 'pipefail', '-c', script], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, output: `${stdout}\n${stderr}` });
    });
  });
}

/** The commands below `next`. */
function nextIn(output: string): readonly string[] {
  const lines = output.slice(output.indexOf('next  ')).split('\n');
  return lines.map((line) => line.replace(/^next/, '').trim()).filter((line) => line !== '');
}

describe('asl new outside of a project', () => {
  test('what it prints next installs, builds and verifies the plugin, and searches with it', {
    timeout: 900_000,
  }, async () => {
    const made = await run(`node ${ASL} new network first-try --packages ${packed}`, folder);
    expect(made.code, made.output).toBe(0);
    const next = nextIn(made.output);
    expect(next.slice(0, 3)).toEqual(['cd network-first-try', 'npm install', 'npm run build']);
    expect(next).toHaveLength(5);
    const { code, output } = await run(next.join(' && '), folder);
    expect(code, output).toBe(0);
    expect(output).toMatch(/ 0 broken/);
    expect(existsSync(join(folder, 'network-first-try/dist/index.d.ts'))).toBe(true);
    expect(output).toMatch(/^loss +runs\/.*loss\.json$/m);
  });

  test('from there, the next plugin finds the packages by what npm noted', async () => {
    const project = join(folder, 'network-first-try');
    const made = await run('npx --no-install asl new metric second --in ../elsewhere', project);
    expect(made.code, made.output).toBe(0);
    expect(nextIn(made.output)[0]).toBe('cd ../elsewhere/metric-second');
    const path = join(folder, 'elsewhere/metric-second');
    const { devDependencies } = JSON.parse(await readFile(join(path, 'package.json'), 'utf8')) as {
      devDependencies: Readonly<Record<string, string>>;
    };
    const archives = Object.values(devDependencies).flatMap((spec) =>
      spec.startsWith('file:') ? [spec.slice(5)] : [],
    );
    expect(archives.length).toBeGreaterThan(30);
    expect(archives.filter((archive) => !existsSync(join(path, archive)))).toEqual([]);
  });
});
