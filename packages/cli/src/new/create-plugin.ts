import { existsSync, readdirSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AslError } from '@auto-seg-loss/kernel';

/** Kinds of which there is a template. */
export const TEMPLATE_KINDS = ['metric', 'surrogate', 'constraint', 'searcher', 'loss'] as const;
export type TemplateKind = (typeof TEMPLATE_KINDS)[number];

const TEMPLATES = fileURLToPath(new URL('../../templates', import.meta.url));
const MANIFEST = new URL('../../package.json', import.meta.url);

export interface NewPlugin {
  readonly kind: TemplateKind;
  readonly name: string;
  /** Where its folder is made. */
  readonly parent: string;
}

/**
 * Makes the folder of a new plugin from its kind's template.
 * @returns the folder, and the files in it.
 * @throws AslError ASL_USAGE if the folder is there and not empty; ASL_RUN_FOLDER if it cannot be written.
 */
export async function createPlugin({
  kind,
  name,
  parent,
}: NewPlugin): Promise<{ readonly folder: string; readonly files: readonly string[] }> {
  const folder = join(parent, `${kind}-${name}`);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new AslError('ASL_USAGE', 'the folder is there already', {
      where: folder,
      expected: 'a new or empty folder',
      remedy: 'choose another name, or another place with --in',
    });
  }
  const { writeFile } = await import('@auto-seg-loss/runtime');
  const files: string[] = [];
  for (const template of [join(TEMPLATES, 'common'), join(TEMPLATES, kind)]) {
    for (const path of await filesIn(template)) {
      // npm does not pack a file named .gitignore.
      const file = path === 'gitignore' ? '.gitignore' : path;
      const text = filledIn(await readFile(join(template, path), 'utf8'), { kind, name });
      await writeFile(join(folder, file), file === 'package.json' ? await manifest(text, kind) : text);
      files.push(file);
    }
  }
  return { folder, files: files.sort() };
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) =>
    join(entry.parentPath, entry.name)
      .slice(folder.length + 1)
      .replaceAll('\\', '/'),
  );
}

function filledIn(text: string, { kind, name }: Omit<NewPlugin, 'parent'>): string {
  const pascal = name.replaceAll(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return text.replaceAll('template-kind', kind).replaceAll('template-name', name).replaceAll('TemplateName', pascal);
}

/** Packages that a kind's template imports, besides the kernel. */
const IMPORTS: Readonly<Record<TemplateKind, readonly string[]>> = {
  metric: [],
  surrogate: ['zod'],
  constraint: ['zod'],
  searcher: ['zod'],
  loss: ['@auto-seg-loss/engine', '@tensorflow/tfjs-core', 'zod'],
};

/** The versions of what it imports are those that this command was tested with. */
async function manifest(text: string, kind: TemplateKind): Promise<string> {
  const own = JSON.parse(await readFile(MANIFEST, 'utf8')) as { version: string };
  const engine = JSON.parse(
    await readFile(new URL('package.json', await folderOf('@auto-seg-loss/engine')), 'utf8'),
  ) as { dependencies: Readonly<Record<string, string>> };
  const versionOf = (name: string): string =>
    name.startsWith('@auto-seg-loss/') ? own.version : `^${engine.dependencies[name] ?? ''}`;
  const peers = ['@auto-seg-loss/kernel', ...IMPORTS[kind]].map((name) => [name, versionOf(name)] as const);
  const filled = JSON.parse(text.replaceAll('template-version', own.version)) as Record<string, unknown>;
  return `${JSON.stringify({ ...filled, peerDependencies: Object.fromEntries(peers) }, null, 2)}\n`;
}

async function folderOf(name: string): Promise<URL> {
  return new URL('./', import.meta.resolve(`${name}/package.json`));
}
