import { execFile, execFileSync } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { strangerEnv } from '../stranger.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Data of one's own: 16 photographs, as it were, of a road below a sky, with a car on it, and their labels. */
const DRAW = `
import { mkdirSync } from 'node:fs';
import sharp from 'sharp';
const [height, width] = [48, 64];
for (const part of ['images', 'labels']) mkdirSync('data/' + part, { recursive: true });
for (let n = 0; n < 16; n++) {
  const [image, label] = [Buffer.alloc(height * width * 3), Buffer.alloc(height * width)];
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    const car = y > 26 && y < 36 && Math.abs(x - 4 * n) < 9;
    const of = car ? 2 : y > 16 + n % 5 ? 1 : 0;
    label[y * width + x] = of;
    const color = [[120, 160, 220], [90, 90, 95], [200, 40 + 10 * n, 50]][of];
    for (let c = 0; c < 3; c++) image[(y * width + x) * 3 + c] = color[c] + (x * 7 + y * 13 + n * 5) % 23;
  }
  const raw = { width, height };
  await sharp(image, { raw: { ...raw, channels: 3 } }).png().toFile('data/images/' + n + '.png');
  await sharp(label, { raw: { ...raw, channels: 1 } }).toColourspace('b-w').png().toFile('data/labels/' + n + '.png');
}
`;

const LITTLE = { size: [32, 48], batchSize: 4, learningRate: 0.1 };

/** What makes a search short, though not so short that all rewards are the same. */
const SHORT = {
  workers: 2,
  searcher: { use: 'random', rounds: 1, samples: 3 },
  network: { use: 'deeplab-lite', width: 8 },
  proxy: { ...LITTLE, iterations: 20, warmStart: { ...LITTLE, iterations: 30 } },
  reevaluation: { candidates: 1, repeats: 1, confirm: 1 },
  training: { ...LITTLE, iterations: 8 },
  report: { seeds: 1 },
};

/** Somebody at a shell, in a folder of their own. */
export interface NewUser {
  readonly folder: string;
  /** Types a line. @returns what it prints; a line that fails ends the test with that. */
  type(line: string): Promise<string>;
}

/**
 * Somebody who has the packed packages, an empty folder and an empty home, and nothing of this project's settings.
 * @param path folders that come first on their path, such as that of another Node.
 */
export async function newUser(parent: string, path: readonly string[] = []): Promise<NewUser> {
  const [folder, home, packed] = [join(parent, 'work'), join(parent, 'home'), join(parent, 'packed')];
  for (const each of [folder, home]) await mkdir(each);
  execFileSync(process.execPath, [join(ROOT, 'packages/pack.js'), packed], { stdio: 'pipe' });
  await cp(packed, join(folder, 'packed'), { recursive: true });
  const stranger = strangerEnv(home);
  const env = { ...stranger, PATH: [...path, stranger.PATH].join(':') };
  const type = (line: string): Promise<string> =>
    new Promise((resolve, reject) => {
      execFile(
        'bash',
        ['-euo', 'pipefail', '-c', line],
        { cwd: folder, env, maxBuffer: 2 ** 26 },
        (error, out, err) => {
          if (error === null) resolve(`${out}\n${err}`);
          else reject(new Error(`$ ${line}\n${out}\n${err}`, { cause: error }));
        },
      );
    });
  return { folder, type };
}

/** Installs the packages as npm does by itself, and draws data. */
export async function install({ folder, type }: NewUser): Promise<void> {
  await type('npm init --yes');
  await type('npm install ./packed/*.tgz');
  expect(await type('npx --no-install asl')).toContain('Usage: asl');
  await writeFile(join(folder, 'draw.mjs'), DRAW);
  await type('node draw.mjs');
}

/** From a folder of data to a table in which a found loss stands beside another one; each command as the one before printed it. */
export async function firstSearch({ folder, type }: NewUser): Promise<void> {
  const [look, search] = commandsIn(await type('npx --no-install asl init data'));
  expect(await type(look ?? '')).toContain('train: 13 images');
  const config = join(folder, 'asl.config.json');
  await writeFile(config, JSON.stringify({ ...JSON.parse(await readFile(config, 'utf8')), ...SHORT }));
  const [next] = commandsIn(await type(search ?? ''));
  expect(next).toContain('asl compare');
  const table = await type(next ?? '');
  expect(table).toMatch(/^runs\/miou-1\/loss\.json +\d+\.\d\d/m);
  expect(table).toMatch(/^cross-entropy +\d+\.\d\d/m);
}

/** A metric of their own, a loss that is searched for it, and the laws of both. */
export async function ownMetric({ type }: NewUser): Promise<void> {
  const [verify] = commandsIn(await type('npx --no-install asl new metric mine'));
  expect(await type(verify ?? '')).toContain(' 0 broken');
  await type('npx --no-install asl search --set metric=./metric-mine --out runs/mine');
  expect(await type('npx --no-install asl verify runs/mine/loss.json --runs 20')).toContain(' 0 broken');
}

/** Every command that a text shows, each to the end of its line. */
function commandsIn(text: string): readonly string[] {
  return [...text.matchAll(/npx --no-install asl .*$/gm)].map(([command]) => command);
}
