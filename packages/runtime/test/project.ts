import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';
import { onTestFinished } from 'vitest';

const ZOD = dirname(createRequire(import.meta.url).resolve('zod/package.json'));

/** A project in a temporary folder, with zod installed and the files given (text, or JSON of anything else). */
export async function makeProject(files: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'asl-runtime-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'node_modules'));
  await symlink(ZOD, join(folder, 'node_modules/zod'));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

/** The source of a plugin module. */
export function pluginSource(
  kind: string,
  name: string,
  options = 'z.strictObject({})',
  create = '() => ({ name: "it" })',
): string {
  return `import { z } from 'zod';
export const plugin = { kind: '${kind}', name: '${name}', summary: 'For tests', options: ${options}, create: ${create} };
`;
}

/** The files of a plugin package. */
export function pluginPackage(folder: string, manifest: object, source: string): Readonly<Record<string, unknown>> {
  return {
    [`${folder}/package.json`]: { version: '1.2.3', type: 'module', keywords: ['auto-seg-loss-plugin'], ...manifest },
    [`${folder}/index.js`]: source,
  };
}

/** The AslError that a promise is rejected with. */
export async function failure(promise: Promise<unknown>): Promise<AslError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof AslError) return error;
  throw new Error(`expected an AslError, got ${String(error)}`);
}
