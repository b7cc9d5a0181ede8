import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runAsl } from '../../../packages/cli/test/run-asl.ts';
import { smallestSearch } from '../../../packages/cli/test/smallest-search.ts';
import { drawCharts } from './drawn-charts.ts';

// Reports of a search and of a comparison as people open them: from the disk, without a network.

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking'];
/** Where the pictures are kept that people look at; without it they are taken and dropped. */
const PICTURES = process.env.ASL_PICTURES;
const HOSTILE = '</script><script>document.title = "run"</script>';

const missing = !existsSync(CHROMIUM);
if (missing) console.warn(`The browser tests are left out: there is no ${CHROMIUM} (apt-get install chromium).`);

let folder: string;
let browser: Browser;

/** Opens a report. @param said all that its console says. */
async function openReport(name: string, colorScheme: 'light' | 'dark', said: string[]): Promise<Page> {
  const page = await browser.newPage({ colorScheme, viewport: { width: 1200, height: 900 } });
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) said.push(`asked for ${request.url()}`);
  });
  await page.goto(pathToFileURL(join(folder, name, 'report.html')).href);
  await drawCharts(page);
  return page;
}

describe.skipIf(missing)('a report in a browser', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'asl-report-'));
    const losses = { [HOSTILE]: 'cross-entropy' };
    await writeFile(join(folder, 'asl.config.json'), JSON.stringify({ ...smallestSearch, losses }));
    for (const args of [
      ['search', '--out', 'searched'],
      ['compare', '--losses', `${join('searched', 'loss.json')},${HOSTILE}`, '--seeds', '2', '--out', 'compared'],
      ['report', 'searched'],
      ['report', 'compared'],
    ]) {
      const { code, stderr } = await runAsl(args, { cwd: folder });
      expect(code, stderr).toBe(0);
    }
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const pages = ['searched', 'compared'].flatMap((name) =>
    (['light', 'dark'] as const).map((color) => [name, color] as const),
  );
  test.each(pages)('of what was %s, %s: nothing to complain of, for eyes and screen readers', async (name, color) => {
    const said: string[] = [];
    const page = await openReport(name, color, said);
    for (const summary of await page.locator('summary').all()) await summary.click();
    await page.evaluate(axe.source);
    const violations = (await page.evaluate(
      'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]))',
    )) as unknown[];
    expect(violations).toEqual([]);
    const picture = await page.screenshot({ fullPage: true });
    if (PICTURES !== undefined) {
      await mkdir(PICTURES, { recursive: true });
      await writeFile(join(PICTURES, `report-${name}-${color}.png`), picture);
    }
    // Each chart says in words what it shows, and has a table.
    for (const section of await page.locator('section', { has: page.locator('figure:not(.pictures *)') }).all()) {
      expect(await section.locator('[role=img]').first().getAttribute('aria-label')).toMatch(/\w/);
      expect(await section.locator('table').count()).toBeGreaterThan(0);
    }
    expect(said).toEqual([]);
    await page.close();
  });

  test('names that look like code are names', async () => {
    const said: string[] = [];
    const page = await openReport('compared', 'light', said);
    expect(await page.title()).toBe('Comparison of losses');
    expect(await page.getByRole('rowheader', { name: HOSTILE }).count()).toBeGreaterThan(0);
    expect(said).toEqual([]);
    await page.close();
  });

  test('tables are sorted from the keyboard, and say how', async () => {
    const page = await openReport('compared', 'light', []);
    const table = page.getByRole('table', { name: 'Mean and standard deviation over seeds, %' });
    // Its name changes with the sign of the order.
    const head = table.locator('thead th').nth(2);
    const values = async () => (await table.locator('tbody tr td:nth-child(3)').allTextContents()).map(Number);
    await head.getByRole('button').focus();
    await page.keyboard.press('Enter');
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    const down = await values();
    expect(down).toEqual(down.toSorted((a, b) => b - a));
    await page.keyboard.press('Enter');
    expect(await head.getAttribute('aria-sort')).toBe('ascending');
    expect(await values()).toEqual(down.toReversed());
    await page.close();
  });

  test('what a chart shows is chosen from the keyboard', async () => {
    const page = await openReport('searched', 'light', []);
    const against = page.getByLabel('Against');
    expect(await against.locator('option').allTextContents()).toEqual(['trial', 'whole trainings', 'core hours']);
    await against.selectOption('core hours');
    const slider = page.getByRole('slider');
    if ((await slider.count()) > 0) {
      const before = await slider.getAttribute('aria-valuetext');
      await slider.focus();
      await page.keyboard.press('Home');
      expect(await slider.getAttribute('aria-valuetext')).not.toBe(before);
    }
    await page.close();
  });
});
