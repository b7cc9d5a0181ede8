import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ASL, runAsl, startAslUntil } from '../../../packages/cli/test/run-asl.ts';
import { smallestSearch } from '../../../packages/cli/test/smallest-search.ts';
import { drawCharts } from './drawn-charts.ts';
import { makeSyntheticSearch } from './synthetic-search.ts';

// The dashboard as people have it: the server that asl starts, in a browser.

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking'];
/** Where the pictures are kept that people look at; without it they are taken and dropped. */
const PICTURES = process.env.ASL_PICTURES;
const HOSTILE = '<script>document.title = "run"</script><img src=x onerror="document.title = 1">';
const TRIALS = 5_000;

const missing = !existsSync(CHROMIUM);
if (missing) console.warn(`The browser tests are left out: there is no ${CHROMIUM} (apt-get install chromium).`);

let folder: string;
let browser: Browser;
let server: ChildProcess;
let address: string;

/** Starts `asl dashboard` and reads its address. */
async function startDashboard(runs: string): Promise<{ readonly child: ChildProcess; readonly address: string }> {
  const child = spawn(process.execPath, [ASL, 'dashboard', runs, '--json'], { cwd: folder });
  const said = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (text.includes('}')) resolve(text);
    });
    child.once('close', (code) => reject(new Error(`ended with ${code}`)));
  });
  return { child, address: (JSON.parse(said) as { readonly address: string }).address };
}

/** @param said all that its console says, and what it asks of others. */
async function open(path: string, said: string[], colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const page = await browser.newPage({ colorScheme, viewport: { width: 1200, height: 900 } });
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(address) && !request.url().startsWith('data:'))
      said.push(`asked for ${request.url()}`);
  });
  await page.goto(`${address}${path}`);
  return page;
}

const runPath = (id: string): string => `?run=${encodeURIComponent(id)}`;

async function openRun(id: string, said: string[], color: 'light' | 'dark' = 'light'): Promise<Page> {
  const page = await open(runPath(id), said, color);
  await drawCharts(page);
  return page;
}

async function violationsOf(page: Page): Promise<unknown> {
  // The page's policy lets no script in: the browser's own console may.
  await page.evaluate(axe.source);
  return page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))',
  );
}

async function keepPicture(page: Page, name: string): Promise<void> {
  const picture = await page.screenshot({ fullPage: true });
  if (PICTURES === undefined) return;
  await mkdir(PICTURES, { recursive: true });
  await writeFile(join(PICTURES, `dashboard-${name}.png`), picture);
}

/** How long the page takes for what it is told, and for frames while it is scrolled; for people to read, not to be held to. */
const TIMES = `(async () => {
  const tasks = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => Math.round(duration)))).observe({
    type: 'longtask',
    buffered: true,
  });
  const frames = [];
  let last = performance.now();
  for (let step = 0; step < 120; step++) {
    scrollBy(0, 60);
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    frames.push(now - last);
    last = now;
  }
  frames.sort((a, b) => a - b);
  return 'Tasks above 50 ms: ' + tasks.join(', ') + ' ms. Frames while scrolling: median ' + frames[60].toFixed(1) +
    ' ms, longest ' + frames.at(-1).toFixed(1) + ' ms.';
})()`;

describe.skipIf(missing)('the dashboard in a browser', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'asl-dashboard-'));
    const losses = { [HOSTILE]: 'cross-entropy' };
    await writeFile(join(folder, 'asl.config.json'), JSON.stringify({ ...smallestSearch, losses }));
    for (const args of [
      ['search', '--out', 'runs/searched'],
      ['compare', '--losses', `runs/searched/loss.json,${HOSTILE}`, '--seeds', '2', '--out', 'runs/compared'],
      ['train', '--loss', 'cross-entropy', '--out', 'runs/trained'],
    ]) {
      const { code, stderr } = await runAsl(args, { cwd: folder });
      expect(code, stderr).toBe(0);
    }
    makeSyntheticSearch(join(folder, 'runs', 'long'), join(folder, 'runs', 'searched'), TRIALS);
    ({ child: server, address } = await startDashboard('runs'));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  });
  afterAll(async () => {
    await browser?.close();
    server?.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  const pages = (['light', 'dark'] as const).flatMap((color) =>
    ['', 'searched', 'compared', 'trained'].map((id) => [id, color] as const),
  );
  test.each(pages)('of %j, %s: nothing to complain of, for eyes and screen readers', async (id, color) => {
    const said: string[] = [];
    const page = ['', 'trained'].includes(id)
      ? await open(id === '' ? '' : runPath(id), said, color)
      : await openRun(id, said, color);
    await page
      .locator(id === '' ? 'tbody tr' : '.facts tr')
      .first()
      .waitFor();
    for (const summary of await page.locator('summary').all()) await summary.click();
    expect(await violationsOf(page)).toEqual([]);
    await keepPicture(page, `${id === '' ? 'runs' : id}-${color}`);
    expect(said).toEqual([]);
    await page.close();
  });

  test('leads from the list to a run and back, from the keyboard', async () => {
    const page = await open('', []);
    await page.getByRole('link', { name: 'compared' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'comparison of losses' }).waitFor();
    await page.getByRole('link', { name: 'All runs' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('rowheader', { name: 'searched' }).waitFor();
    await page.close();
  });

  test('names that look like code are names', async () => {
    const said: string[] = [];
    const page = await openRun('compared', said);
    expect(await page.getByRole('rowheader', { name: HOSTILE }).count()).toBeGreaterThan(0);
    await page.getByText('Config', { exact: true }).click();
    expect(await page.locator('pre').last().textContent()).toContain('<script>');
    expect(await page.title()).toContain('compared');
    // Predictions are pictures of the page's own; in their captions, too, names are text.
    const own = '.pictures > figure > img[src^="data:image/png;base64,"]';
    expect(await page.locator(`main script, main img:not(${own})`).count()).toBe(0);
    expect(await page.locator('figcaption', { hasText: HOSTILE }).count()).toBeGreaterThan(0);
    expect(said).toEqual([]);
    await page.close();
  });

  test('a run that is begun while the page is open appears, and goes on in it', async () => {
    const said: string[] = [];
    const page = await open('', said);
    await page.getByRole('rowheader', { name: 'searched' }).waitFor();
    await mkdir(join(folder, 'slow'), { recursive: true });
    const config = { ...smallestSearch, searcher: { use: 'ppo', rounds: 200, samples: 3 } };
    await writeFile(join(folder, 'slow.json'), JSON.stringify(config));
    const args = ['search', 'slow.json', '--out', 'runs/begun'];
    const { child } = await startAslUntil(args, /Run folder/, folder);
    const exited = new Promise((resolve) => child.once('exit', resolve));
    try {
      const begun = performance.now();
      await page.getByRole('rowheader', { name: 'begun' }).waitFor();
      console.log(`A run appears ${Math.round(performance.now() - begun)} ms after it says its folder.`);
      await page.getByRole('row', { name: /begun.*running/ }).waitFor();
      await page.getByRole('link', { name: 'begun' }).click();
      await page
        .getByRole('listitem')
        .filter({ hasText: /^process \d+: trial/ })
        .first()
        .waitFor();
      await page.waitForSelector('html[data-drawn]');
      const trials = page.getByText(/^Trials \(\d+\)$/);
      await trials.waitFor();
      // What was opened stays open, and what one looks at stays where it is.
      await trials.click();
      const before = await trials.textContent();
      await expect.poll(() => trials.textContent(), { timeout: 60_000 }).not.toBe(before);
      expect(await page.getByRole('region', { name: 'Trials', exact: true }).isVisible()).toBe(true);
      await keepPicture(page, 'begun-light');
    } finally {
      child.kill('SIGKILL');
    }
    await exited;
    await page.getByRole('cell', { name: 'stopped: its process ended without a word' }).waitFor();
    expect(said).toEqual([]);
    await page.close();
  });

  test(`${TRIALS} trials are shown, in pages of a table`, async () => {
    const said: string[] = [];
    const page = await open(runPath('long'), said);
    await page.locator('figure canvas').first().waitFor({ timeout: 120_000 });
    console.log(await page.evaluate(TIMES));
    await page.getByText(`Trials (${TRIALS})`, { exact: true }).click();
    const table = page.getByRole('table', { name: 'Trials', exact: true });
    await table.locator('tbody tr').first().waitFor();
    expect(await table.locator('tbody tr').count()).toBe(200);
    const group = page.getByRole('group', { name: 'Pages of Trials' });
    await group.getByRole('button', { name: 'Last' }).click();
    expect(await group.getByRole('status').textContent()).toBe(`Rows ${TRIALS - 199} to ${TRIALS} of ${TRIALS}`);
    expect(await table.locator('tbody tr').last().locator('th').textContent()).toBe(String(TRIALS));
    await table.getByRole('button', { name: 'reward, %' }).click();
    expect(await group.getByRole('status').textContent()).toBe(`Rows 1 to 200 of ${TRIALS}`);
    expect(await violationsOf(page)).toEqual([]);
    await keepPicture(page, 'long-light');
    expect(said).toEqual([]);
    await page.close();
  });

  test('an empty folder has no runs yet', async () => {
    await mkdir(join(folder, 'empty'));
    const { child, address: other } = await startDashboard('empty');
    const page = await browser.newPage();
    await page.goto(other);
    await page.getByText('No runs yet.').waitFor();
    // Ctrl-C ends it, with whoever is connected.
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    expect(await exited).toBe(130);
    await page.getByText('The dashboard does not answer').waitFor();
    await page.close();
  });

  test('the page of a report pages long tables too', async () => {
    const { code, stderr } = await runAsl(['report', 'runs/long', '--out', 'long.html'], { cwd: folder });
    expect(code, stderr).toBe(0);
    expect((await readFile(join(folder, 'long.html'), 'utf8')).length).toBeLessThan(2_000_000);
  });
});
