import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { decode, encode } from 'fast-png';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runAsl } from './run-asl.ts';

type Files = Readonly<Record<string, string | Uint8Array>>;

const SIZE = { width: 32, height: 24 };
const picture = (seed: number): Uint8Array =>
  encode({
    ...SIZE,
    data: Uint8Array.from({ length: 24 * 32 * 3 }, (_, i) => ((i % 96) * (seed + 3) + Math.floor(i / 96) * 11) % 256),
    depth: 8,
    channels: 3,
  });
/** `value` of the pixel at (row, column). */
const label = (value: (y: number, x: number) => number): Uint8Array =>
  encode({
    ...SIZE,
    data: Uint8Array.from({ length: 24 * 32 }, (_, i) => value(Math.floor(i / 32), i % 32)),
    depth: 8,
    channels: 1,
  });
const halves = label((y) => (y < 12 ? 0 : 1));

async function place(files: Files, dataset: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'asl-data-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const parts = { train: { images: 'train/i', labels: 'train/l' }, val: { images: 'val/i', labels: 'val/l' } };
  const config = {
    metric: 'miou',
    dataset: { use: 'folder', root: '.', classes: ['sky', 'road', 'tree'], cache: false, ...parts, ...dataset },
  };
  for (const [name, content] of Object.entries({ ...files, 'asl.config.json': JSON.stringify(config) })) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

const good: Files = {
  'train/i/1.png': picture(1),
  'train/l/1.png': halves,
  'train/i/2.png': picture(40),
  'train/l/2.png': label((y, x) => (x < 16 ? 2 : y % 2)),
  'val/i/3.png': picture(90),
  'val/l/3.png': halves,
};

describe('asl data', () => {
  test('counts classes, sizes and ignored pixels', async () => {
    const cwd = await place({ ...good, 'val/l/3.png': label((y) => (y < 6 ? 255 : 1)) }, { labels: { ignore: 255 } });
    const { code, stdout } = await runAsl(['data'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('train: 2 images, 32 × 24 pixels');
    expect(stdout).toMatch(/^sky +37\.50 % +2 +0\.00 % +0$/m);
    expect(stdout).toMatch(/^tree +25\.00 % +1 /m);
    expect(stdout).toMatch(/^ignored, of all pixels +0\.00 % +25\.00 %$/m);
    expect(stdout).toContain('! val has no pixel of "sky", "tree"');
    expect(stdout).toContain('! val: 25 % of the pixels are ignored');
  });

  test('--json gives the counts and the warnings', async () => {
    const { stdout } = await runAsl(['data', '--json'], { cwd: await place(good) });
    const report = JSON.parse(stdout);
    expect(report.classes).toEqual(['sky', 'road', 'tree']);
    expect(report.train.pixels).toEqual([576, 576, 384]);
    expect(report.val.imagesWith).toEqual([1, 1, 0]);
    expect(report.warnings).toEqual(['val has no pixel of "tree"']);
    expect(report.unreadable).toEqual([]);
  });

  test('equal images are named, within train and across the splits', async () => {
    const nearly = Uint8Array.from(decode(picture(90)).data, (value) => Math.min(255, value + 1));
    const cwd = await place({
      ...good,
      'train/i/copy.png': picture(1),
      'train/l/copy.png': label(() => 2),
      'train/i/again.png': encode({ ...SIZE, data: nearly, depth: 8, channels: 3 }),
      'train/l/again.png': halves,
    });
    const { stdout } = await runAsl(['data'], { cwd });
    expect(stdout).toMatch(
      /train: 2 of 4 images are equal or nearly equal to others \(train\/i\/1\.png, train\/i\/copy\.png\)/,
    );
    expect(stdout).toContain('train: equal images have different labels');
    expect(stdout).toMatch(/nearly equal images are in train and in val \(train\/i\/again\.png and val\/i\/3\.png\)/);
  });

  test('all that cannot be used is counted, the first shown in full; the exit code is 2', async () => {
    const cwd = await place({ ...good, 'train/l/1.png': label(() => 9), 'val/l/3.png': halves.subarray(0, 30) });
    const { code, stdout } = await runAsl(['data'], { cwd });
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /! 2 samples cannot be used[\s\S]*ASL_DATA_INVALID[\s\S]*train\/l\/1\.png[\s\S]*9 at 768[\s\S]*and 1 more: val\/i\/3\.png/,
    );
    expect(stdout).toContain('val has no image that can be used');
  });

  test('--sheet draws samples under their classes', async () => {
    const cwd = await place(good);
    const { code, stdout } = await runAsl(['data', '--sheet', 'pictures/sheet.png'], { cwd });
    expect([code, stdout.includes('sheet.png')]).toEqual([0, true]);
    const sheet = decode(await readFile(join(cwd, 'pictures/sheet.png')));
    expect(sheet.width).toBeGreaterThan(1000);
    // The drawn samples leave more than a white page.
    expect(new Set(sheet.data).size).toBeGreaterThan(100);
  });

  test('data that is not there: one message', async () => {
    const { code, stderr } = await runAsl(['data'], { cwd: await place(good, { root: 'nowhere' }) });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^ASL_DATA_MISSING/);
  });
});
