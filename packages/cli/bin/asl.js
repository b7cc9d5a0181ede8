#!/usr/bin/env node
// Committed, not built: npm links it when it installs, before there is a build.
import { existsSync } from 'node:fs';

const built = new URL('../dist/index.js', import.meta.url);
if (existsSync(built)) {
  const { main } = await import(built.href);
  await main(process.argv.slice(2));
} else {
  process.stderr.write('asl is not built yet. Run "npm run build" in the repository first.\n');
  process.exitCode = 3;
}
