import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { codeBlocks } from './code-blocks.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const pages = [
  'README.md',
  ...['docs', 'packages/cli/templates'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  ),
].filter((page) => page.endsWith('.md'));

describe('commands in the docs', () => {
  test('are looked for in a good many pages', () => {
    expect(pages.length).toBeGreaterThan(20);
  });

  // Without --no-install, npx offers to fetch a stranger's package of that name where asl is not installed.
  test.each(pages)('%s: asl is run by npx --no-install', (page) => {
    const text = readFileSync(join(ROOT, page), 'utf8');
    expect(text.match(/npx (?!--no-install ).*/g) ?? []).toEqual([]);
    const bare = codeBlocks(text)
      .filter(({ language }) => language === 'bash')
      .flatMap((block) => block.text.split('\n'))
      .filter((line) => /^\s*asl /.test(line));
    expect(bare).toEqual([]);
  });
});
