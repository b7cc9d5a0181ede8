import { type MadeChart, makeChart } from './chart.ts';
import { element } from './element.ts';
import type { PageData, Section } from './page-data.ts';
import { makeTable } from './table.ts';

// What runs in the page: its elements are made of the data that is in it.

const charts: MadeChart[] = [];

function sectionOf({ id, heading, text, charts: own, tables, listings = [] }: Section): HTMLElement {
  const made = own.map((chart, index) => makeChart(chart, `${id}-choice-${index}`));
  charts.push(...made);
  return element(
    'section',
    { 'aria-labelledby': id },
    element('h2', { id }, heading),
    ...text.map((paragraph) => element('p', {}, paragraph)),
    ...made.map(({ root }) => root),
    ...tables.map((table) => makeTable(table, made[0]?.rows ?? [])),
    ...listings.map((listing) =>
      element(
        'details',
        {},
        element('summary', {}, listing.name),
        element('pre', { tabindex: 0, role: 'region', 'aria-label': listing.name }, listing.text),
      ),
    ),
  );
}

function build({ title, subtitle, notices, sections }: PageData): void {
  const contents = sections.map(({ id, heading }) => element('li', {}, element('a', { href: `#${id}` }, heading)));
  document.body.append(
    element(
      'header',
      {},
      element('h1', {}, title),
      element('p', {}, subtitle),
      ...notices.map((notice) => element('p', { class: 'notice' }, notice)),
      element('nav', { 'aria-label': 'Contents' }, element('ul', {}, ...contents)),
    ),
    element('main', {}, ...sections.map(sectionOf)),
  );
  drawWhenSeen();
}

/** A chart is drawn as it comes near: of thousands of trials, all at once would keep the page waiting. */
function drawWhenSeen(): void {
  for (const { place } of charts) place();
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (isIntersecting) charts.find(({ root }) => root === target)?.draw(true);
      }
      // For whoever waits for the first ones.
      document.documentElement.setAttribute('data-drawn', '');
    },
    { rootMargin: '300px' },
  );
  for (const { root } of charts) seen.observe(root);
}

build(JSON.parse(document.getElementById('data')?.textContent ?? '') as PageData);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  for (const { draw } of charts) draw(false);
});
addEventListener('beforeprint', () => {
  for (const { draw } of charts) draw(true);
});
