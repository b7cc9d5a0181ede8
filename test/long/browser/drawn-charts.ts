import type { Page } from 'playwright-core';

/** Scrolls to each chart of a page, and waits until it is drawn. Figures that are pictures are there from the beginning. */
export async function drawCharts(page: Page): Promise<void> {
  await page.waitForSelector('html[data-drawn]');
  for (const figure of await page.locator('figure:not(.pictures *)').all()) {
    await figure.scrollIntoViewIfNeeded();
    await figure.locator('canvas').first().waitFor();
  }
}
