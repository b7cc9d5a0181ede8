import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { mutants } from './mutants.ts';
import { brokenBy } from './run-mutant.ts';

const docs = readFileSync(new URL('../../../docs/laws.md', import.meta.url), 'utf8');

describe('planted faults', () => {
  test('are enough, and each is listed in the docs with the law that catches it', () => {
    expect(mutants.length).toBeGreaterThanOrEqual(60);
    const rows = [...docs.matchAll(/^\| (?!planted fault|-)(.+) \| `asl verify (.+)` \| `(.+)` \|$/gm)].map((row) =>
      row.slice(1),
    );
    expect(rows).toEqual(mutants.map(({ fault, verify, law }) => [fault, verify.join(' '), law]));
  });

  // Each in a process of its own, on the compiled code, by the command that people use.
  test.each(mutants)('$fault', async (mutant) => {
    expect(await brokenBy(mutant)).toContain(mutant.law);
  });
});
