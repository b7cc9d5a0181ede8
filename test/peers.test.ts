import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('the page of other packages is what their answers and our values make it, and every difference is explained', () => {
  const script = fileURLToPath(new URL('../docs/peers/make-page.js', import.meta.url));
  expect(() => execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' })).not.toThrow();
});
