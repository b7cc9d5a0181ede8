import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { ASL } from './run-asl.ts';

const MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** A project in a temporary folder, with our packages installed and the files given (text, or JSON of anything else). */
export async function makeProject(files: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'asl-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'node_modules/.bin'), { recursive: true });
  await symlink(ASL, join(folder, 'node_modules/.bin/asl'));
  for (const name of ['@auto-seg-loss', '@tensorflow', 'zod', 'typescript', '@typescript']) {
    await symlink(join(MODULES, name), join(folder, 'node_modules', name));
  }
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}
