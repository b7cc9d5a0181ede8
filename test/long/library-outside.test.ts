import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeBlocks } from '../code-blocks.ts';
import { strangerEnv } from '../stranger.ts';

// A program of a stranger's, which has the packed packages and none of this project's settings.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let home: string;
let folder: string;
beforeAll(async () => {
  [home, folder] = (await Promise.all(['home', 'library'].map((name) => mkdtemp(join(tmpdir(), `asl-${name}-`))))) as [
    string,
    string,
  ];
  execFileSync(process.execPath, [join(ROOT, 'packages/pack.js'), join(folder, 'packed')], { stdio: 'pipe' });
});
afterAll(async () => {
  for (const each of [home, folder]) await rm(each, { recursive: true, force: true });
});

function run(script: string): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    const options = { cwd: folder, env: strangerEnv(home), maxBuffer: 2 ** 26 };
    execFile('bash', ['-euo', 'pipefail', '-c', script], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ code, output: `${stdout}\n${stderr}` });
    });
  });
}

describe('Use a found loss in your own TypeScript', () => {
  test('does what the page says', async () => {
    const blocks = codeBlocks(await readFile(join(ROOT, 'docs/tutorials/use-a-loss-in-typescript.md'), 'utf8'));
    expect(blocks.filter(({ title }) => title !== undefined).length).toBeGreaterThanOrEqual(2);
    await cp(join(ROOT, 'docs/examples/found/miou.loss.json'), join(folder, 'loss.json'));
    let output = '';
    for (const { language, title, words, text } of blocks) {
      if (title !== undefined) await writeFile(join(folder, title), text);
      else if (language === 'bash' && !words.includes('skip')) {
        const ran = await run(text);
        expect(ran.code, `${text}\n${ran.output}`).toBe(0);
        output = ran.output;
      } else if (language === 'text') {
        for (const line of text.split('\n').filter(Boolean)) expect(output).toContain(line);
      }
    }
    // One copy of the tensor library, and neither the engine nor what searches.
    const installed = await readdir(join(folder, 'node_modules/@auto-seg-loss'));
    for (const name of ['engine', 'runtime', 'files', 'study']) expect(installed).not.toContain(name);
    expect(existsSync(join(folder, 'node_modules/@tensorflow/tfjs-node-gpu'))).toBe(false);
    const { output: copies } = await run('find . -path "*/tfjs-core/package.json" | wc -l');
    expect(copies.trim()).toBe('1');
  });
});
