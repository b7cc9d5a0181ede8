import { readFileSync } from 'node:fs';
import { ERROR_CODES } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';

const text = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8');
const sections = [...text.matchAll(/^## (ASL_[A-Z_]+) \(exit (\d)\)$/gm)];

describe('docs/errors.md', () => {
  test('has a section for every code and no other', () => {
    expect(sections.map(([, code]) => code).sort()).toEqual(Object.keys(ERROR_CODES).sort());
  });

  test.each(Object.entries(ERROR_CODES))('says what %s means and its exit code %i', (code, exit) => {
    const section = sections.find(([, name]) => name === code);
    expect(section?.[2]).toBe(String(exit));
    const body = text.slice((section?.index ?? 0) + (section?.[0].length ?? 0)).split(/^## /m)[0] ?? '';
    expect(body.trim().length).toBeGreaterThan(80);
  });
});
