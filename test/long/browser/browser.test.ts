import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Random } from '@auto-seg-loss/kernel';
import { openLoss } from '@auto-seg-loss/loss';
import { openScorer } from '@auto-seg-loss/score';
import * as tf from '@tensorflow/tfjs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer, Question } from './page.ts';

// The packages as a stranger bundles them, in a real browser: compiled, without Node.

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // WebGL is computed by the processor.
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];
const EXAMPLES = fileURLToPath(new URL('../../../docs/examples/', import.meta.url));
const ASL = fileURLToPath(new URL('../../../packages/cli/bin/asl.js', import.meta.url));
/** Those that were searched, and one that is a sum. */
const NAMES = [
  ...['miou', 'fwiou', 'macc', 'gacc', 'dice', 'biou', 'bf1'].map((name) => `found/${name}.loss.json`),
  'mixed.loss.json',
];
const SHAPE = [2, 13, 17, 5] as const;

let folder: string;
let server: Server;
let browser: Browser;
let page: Page;

async function bundle(into: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      outDir: into,
      emptyOutDir: false,
      minify: false,
      lib: { entry: fileURLToPath(new URL('page.ts', import.meta.url)), formats: ['es'], fileName: () => 'page.js' },
    },
  });
  const imports = '<script type="importmap">{"imports":{"@tensorflow/tfjs-core":"/page.js"}}</script>';
  await writeFile(join(into, 'index.html'), `<!doctype html>${imports}<script type="module" src="/page.js"></script>`);
}

/** Exports the losses as files that a page imports as they are. */
function exportLosses(into: string): void {
  for (const name of NAMES) {
    const args = [
      'export',
      join(EXAMPLES, name),
      '--to',
      'tfjs',
      '--name',
      'exportedLoss',
      '--out',
      join(into, fileOf(name)),
    ];
    execFileSync(process.execPath, [ASL, ...args], { stdio: 'pipe' });
  }
}

const fileOf = (name: string): string => name.replace('found/', '').replace('.loss.json', '.js');

const TYPES: Readonly<Record<string, string>> = { html: 'text/html', js: 'text/javascript', wasm: 'application/wasm' };

/** Serves the bundle, and the binaries of the WebAssembly backend under /wasm/. */
async function serve(from: string): Promise<Server> {
  const wasm = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
  const binaries = (await readdir(wasm)).filter((name) => name.endsWith('.wasm'));
  const files = new Map([
    ['/', join(from, 'index.html')],
    ...['page.js', ...NAMES.map(fileOf)].map((name) => [`/${name}`, join(from, name)] as const),
    ...binaries.map((name) => [`/wasm/${name}`, join(wasm, name)] as const),
  ]);
  const started = createServer(async ({ url = '' }, response) => {
    const file = files.get(url);
    response.writeHead(file === undefined ? 404 : 200, { 'content-type': TYPES[file?.split('.').pop() ?? ''] ?? '' });
    response.end(file === undefined ? undefined : await readFile(file));
  });
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return started;
}

/** A drawn batch with ignored pixels, and a class in no label. */
function question(backend: string, name: string): Question {
  const random = Random.fromSeed(name);
  const [n, h, w, c] = SHAPE;
  const logits = Array.from({ length: n * h * w * c }, () => Math.fround(6 * random.uniform() - 3));
  const labels = Array.from({ length: n * h * w }, () => random.integer(-1, c - 2));
  const loss: unknown = JSON.parse(readFileSync(join(EXAMPLES, name), 'utf8'));
  return { backend, loss, shape: SHAPE, logits, labels };
}

/** The same on this machine, in plain JavaScript. */
async function here({ loss: json, shape, logits, labels }: Question): Promise<Answer> {
  await tf.setBackend('cpu');
  const loss = openLoss(json);
  const [n, height, width, classes] = shape;
  const x = tf.tensor4d([...logits], [...shape]);
  const y = tf.tensor3d([...labels], [n, height, width], 'int32');
  const gradient = tf.grad((each: tf.Tensor) => loss(each as tf.Tensor4D, y))(x);
  const scorer = openScorer({ metrics: ['miou'], classes });
  const pixels = height * width;
  const prediction = tf.argMax(x, -1).dataSync() as Int32Array;
  scorer.add(prediction.slice(0, pixels), Int32Array.from(labels).slice(0, pixels), { width, height });
  const value = loss(x, y).dataSync()[0] as number;
  return { backend: 'cpu', value, gradient: [...gradient.dataSync()], miou: scorer.results().miou?.value ?? null };
}

/** Runs in the page. */
async function ask(content: string): Promise<string> {
  const { answer } = globalThis as unknown as { answer(asked: Question): Promise<Answer> };
  return JSON.stringify(await answer(JSON.parse(content) as Question));
}

const missing = !existsSync(CHROMIUM);
if (missing) console.warn(`The browser tests are left out: there is no ${CHROMIUM} (apt-get install chromium).`);

describe.skipIf(missing)('in a browser', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'asl-page-'));
    await bundle(folder);
    exportLosses(folder);
    server = await serve(folder);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction(() => 'answer' in globalThis);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const forms = ['the loss file', 'the exported file'] as const;
  const all = NAMES.flatMap((name) =>
    ['wasm', 'webgl'].flatMap((backend) => forms.map((form) => [form, name, backend] as const)),
  );
  test.each(all)('%s of %s on %s is what the loss is here', async (form, name, backend) => {
    const own = question(backend, name);
    const asked = form === 'the loss file' ? own : { ...own, exported: `/${fileOf(name)}` };
    const there = JSON.parse(await page.evaluate(ask, JSON.stringify(asked))) as Answer;
    const expected = await here(own);
    expect(there.backend).toBe(backend);
    expect(there.miou).toBe(expected.miou);
    expect(Math.abs(there.value - expected.value)).toBeLessThan(1e-5);
    const largest = Math.max(...expected.gradient.map(Math.abs));
    const off =
      Math.max(...expected.gradient.map((slope, i) => Math.abs(slope - (there.gradient[i] as number)))) / largest;
    expect(largest).toBeGreaterThan(0);
    expect(off).toBeLessThan(1e-3);
  });

  test.each(['wasm', 'webgl'])('exported files on %s make no number of logits that overflow', async (backend) => {
    for (const name of NAMES) {
      const { logits, ...rest } = question(backend, name);
      const asked = { ...rest, exported: `/${fileOf(name)}`, logits: logits.with(-1, 1e39) };
      const { value } = JSON.parse(await page.evaluate(ask, JSON.stringify(asked))) as { value: number | null };
      expect(value, name).toBeNull(); // JSON's word for NaN
    }
  });
});
