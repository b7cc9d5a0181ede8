import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { SEARCHERS } from './killed.ts';

test('every searcher that is shipped is killed', () => {
  const plugins = readdirSync(fileURLToPath(new URL('../../../plugins', import.meta.url)));
  const shipped = plugins.flatMap((name) => /^searcher-(.+)$/.exec(name)?.[1] ?? []).sort();
  expect(Object.keys(SEARCHERS).sort()).toEqual(shipped);
  const files = readdirSync(fileURLToPath(new URL('.', import.meta.url)));
  const killed = files.flatMap((name) => /^killed-(.+?)(?:-\d)?\.test\.ts$/.exec(name)?.[1] ?? []);
  expect([...new Set(killed)].sort()).toEqual(shipped);
});
