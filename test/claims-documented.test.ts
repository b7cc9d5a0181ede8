import { readFileSync } from 'node:fs';
import { defaultClaims, type Metric } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { allMetrics } from '../packages/formula/test/metrics.ts';
import { shippedPlugins } from '../packages/shipped/src/shipped-plugins.ts';

const docs = readFileSync(new URL('../docs/metrics.md', import.meta.url), 'utf8');
const section = docs.slice(docs.indexOf('### What they claim'), docs.indexOf('## Metrics of regions'));
const rows = [
  ...section.matchAll(/^\| `([a-z0-9-]+)` \| (yes|no) \| (yes|no) \| (.*?) \| (yes|no)(.*?) \| (.*?) ?\|$/gm),
];
const LEADS = { pixel: 'at each pixel', label: 'the label costs least', none: 'no' } as const;
const more = ['precision', 'recall', 'fbeta', 'tversky-index', 'generalised-dice', 'nsd'];
/** All that take part in no test of the published metrics. */
const moreMetrics = (options: object): Metric[] =>
  shippedPlugins
    .filter(({ kind, name }) => kind === 'metric' && more.includes(name))
    .map((plugin) => plugin.create(plugin.options.parse(options), { baseDir: '.', cacheDir: '.' }) as Metric);
const metrics = [...allMetrics({ tolerance: 3, background: true }), ...moreMetrics({})];

describe('the claims in docs/metrics.md', () => {
  test('are there for every metric', () => {
    expect(rows.map(([, name]) => name).sort()).toEqual(metrics.map(({ name }) => name).sort());
  });

  test.each(metrics)('$name claims what they say', ({ name, claims = defaultClaims }) => {
    const [, , ignored, monotone, leads, symmetric, , distance = ''] = rows.find((row) => row[1] === name) ?? [];
    expect({ ignored, monotone, leads, symmetric }).toEqual({
      ignored: claims.leavesOutIgnored ? 'yes' : 'no',
      monotone: claims.monotone ? 'yes' : 'no',
      leads: LEADS[claims.leads],
      symmetric: claims.symmetric ? 'yes' : 'no',
    });
    expect([claims.reach, claims.tolerance]).toEqual([
      distance.startsWith('reach') ? 3 : undefined,
      distance.startsWith('tolerance') ? 3 : undefined,
    ]);
    expect(claims).toMatchObject({ renaming: 'all', shares: name !== 'generalised-dice', flips: 'all' });
  });

  test('gacc cannot be exchanged over classes and images, nor without background', () => {
    const gacc = (options: { background: boolean; average?: 'class-and-image' }) =>
      allMetrics({ tolerance: 3, ...options }).find(({ name }) => name.startsWith('gacc'));
    expect(gacc({ background: true, average: 'class-and-image' })?.claims?.symmetric).toBe(false);
    expect(gacc({ background: false })?.claims?.symmetric).toBe(false);
  });

  test('without background, class 0 keeps its name', () => {
    const other = [...allMetrics({ tolerance: 3, background: false }), ...moreMetrics({ background: false })];
    expect(other.map(({ claims }) => claims?.renaming)).toEqual(other.map(() => 'foreground'));
  });
});
