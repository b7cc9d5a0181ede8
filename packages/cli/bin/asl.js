#!/usr/bin/env node
// Committed, not built: npm links it when it installs, before there is a build.
import { existsSync } from 'node:fs';

const built = new URL('../dist/index.js', import.meta.url);
if (existsSync(built)) {
  const main = await import(built.href).catch(notLoaded);
  await main?.main(process.argv.slice(2));
} else {
  process.stderr.write('asl is not built yet. Run "npm run build" in the repository first.\n');
  process.exitCode = 3;
}

/** What says everything else in words is not there yet. */
function notLoaded(error) {
  const few = error?.code === 'EMFILE' || /Cannot find (module|package)/.test(error?.message);
  const remedy = few
    ? 'raise the limit on open files (ulimit -n) to 256 or more; or install it again'
    : 'install it again';
  const details = { message: 'the program cannot be loaded', received: String(error?.message ?? error), remedy };
  const text = `ASL_SYSTEM: ${details.message}\n  received: ${details.received}\n  remedy:   ${remedy}\n`;
  const json = `${JSON.stringify({ error: { code: 'ASL_SYSTEM', ...details } })}\n`;
  process.stderr.write(process.argv.includes('--json') ? json : text);
  process.exitCode = 3;
}
