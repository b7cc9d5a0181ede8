import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { describe, expect, onTestFinished, test } from 'vitest';
import { buildBaseline } from '../src/folder/baseline-build.ts';
import { measuredRun } from '../src/folder/measured-run.ts';
import { writePairs } from '../src/folder/write-pairs.ts';

async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'asl-bench-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

describe('a folder to evaluate', () => {
  test('holds pairs of index PNGs that differ, with ignored pixels in the labels alone', async () => {
    const folder = await scratch();
    writePairs(folder, 6, { height: 128, width: 256, classes: 3 });
    const read = async (part: string, file: string) => [...decode(await readFile(join(folder, part, file))).data];
    const names = (await readdir(join(folder, 'labels'))).sort();
    expect(names).toEqual(['00000.png', '00001.png', '00002.png', '00003.png', '00004.png', '00005.png']);
    expect((await readdir(join(folder, 'predictions'))).sort()).toEqual(names);
    const labels = await Promise.all(names.map((name) => read('labels', name)));
    const predictions = await Promise.all(names.map((name) => read('predictions', name)));
    expect(new Set(labels.map(String)).size).toBe(6);
    expect(new Set(labels.flat())).toEqual(new Set([0, 1, 2, 255]));
    expect(new Set(predictions.flat())).toEqual(new Set([0, 1, 2]));
    const [label, prediction] = [labels.flat(), predictions.flat()];
    const wrong = label.filter((value, i) => value !== 255 && value !== prediction[i]);
    expect(wrong.length / label.length).toBeLessThan(0.4);
  });
});

describe('a build to compare with', () => {
  test('is not made of a commit that is not there', async () => {
    expect(buildBaseline('0000000', await scratch())).toMatch(/there is no commit 0000000/);
  });
});

describe('a measured run', () => {
  test('tells its seconds, and the memory of the process with its threads', async () => {
    const folder = await scratch();
    const script = join(folder, 'script.cjs');
    await writeFile(
      script,
      `const { Worker, isMainThread } = require('node:worker_threads');
       if (isMainThread) new Worker(__filename);
       else { globalThis.held = Buffer.alloc(2e8, 1); }
       if (isMainThread) console.log(process.argv[2]);`,
    );
    const { seconds, megabytes, stdout } = measuredRun(script, ['said'], folder);
    expect(stdout).toBe('said\n');
    expect(seconds).toBeGreaterThan(0);
    expect(megabytes).toBeGreaterThan(200);
    expect(megabytes).toBeLessThan(2000);
  });

  test('that fails says why', async () => {
    const folder = await scratch();
    const script = join(folder, 'script.cjs');
    await writeFile(script, `console.error('it broke'); process.exit(3);`);
    expect(() => measuredRun(script, [], folder)).toThrow('it broke');
  });
});
