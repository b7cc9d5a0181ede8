import { existsSync, readdirSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AslError } from '@auto-seg-loss/kernel';
import { type Archives, archiveSpec, findArchives, isInProject } from './package-places.ts';

/** Kinds of which there is a template. */
export const TEMPLATE_KINDS = [
  'metric',
  'surrogate',
  'constraint',
  'searcher',
  'loss',
  'dataset',
  'network',
  'decoder',
] as const;
export type TemplateKind = (typeof TEMPLATE_KINDS)[number];

const TEMPLATES = fileURLToPath(new URL('../../templates', import.meta.url));
const MANIFEST = new URL('../../package.json', import.meta.url);

export interface NewPlugin {
  readonly kind: TemplateKind;
  readonly name: string;
  /** Where its folder is made. */
  readonly parent: string;
  /** A folder of packed packages, for a plugin that lies in no project. */
  readonly packages?: string;
}

export interface CreatedPlugin {
  readonly folder: string;
  readonly files: readonly string[];
  /** Whether a project around it has what it needs; if not, it is a project of its own, to be installed. */
  readonly inProject: boolean;
}

/**
 * Makes the folder of a new plugin from its kind's template.
 * @throws AslError ASL_USAGE if the folder is there and not empty, or if it lies in no project and there are no packages for it;
 *   ASL_RUN_FOLDER if it cannot be written.
 */
export async function createPlugin({ kind, name, parent, packages }: NewPlugin): Promise<CreatedPlugin> {
  const folder = join(parent, `${kind}-${name}`);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new AslError('ASL_USAGE', 'the folder is there already', {
      where: folder,
      expected: 'a new or empty folder',
      remedy: 'choose another name, or another place with --in',
    });
  }
  const inProject = packages === undefined && isInProject(parent);
  const archives = inProject ? undefined : findArchives(packages);
  const { writeFile } = await import('@auto-seg-loss/runtime');
  const files: string[] = [];
  for (const template of [join(TEMPLATES, 'common'), join(TEMPLATES, kind)]) {
    for (const path of await filesIn(template)) {
      // npm does not pack a file named .gitignore.
      const file = path === 'gitignore' ? '.gitignore' : path;
      const text = filledIn(await readFile(join(template, path), 'utf8'), { kind, name });
      await writeFile(
        join(folder, file),
        file === 'package.json' ? await manifest(text, { kind, folder, archives }) : text,
      );
      files.push(file);
    }
  }
  return { folder, files: files.sort(), inProject };
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
  loss: ['@auto-seg-loss/ops', '@tensorflow/tfjs-core', 'zod'],
  dataset: ['zod'],
  network: ['@auto-seg-loss/ops', '@tensorflow/tfjs-core', 'zod'],
  decoder: ['zod'],
};

/**
 * The versions of what it imports are those that this command was tested with. A plugin that is a project of its own takes our
 * packages from archives, all of them: npm then finds there what each of them needs.
 */
async function manifest(
  text: string,
  {
    kind,
    folder,
    archives,
  }: { readonly kind: TemplateKind; readonly folder: string; readonly archives: Archives | undefined },
): Promise<string> {
  const own = JSON.parse(await readFile(MANIFEST, 'utf8')) as { version: string };
  const engine = JSON.parse(
    await readFile(new URL('package.json', await folderOf('@auto-seg-loss/engine')), 'utf8'),
  ) as { dependencies: Readonly<Record<string, string>> };
  // A range: a plugin that asked for one version of the kernel could not be installed beside the next.
  const versionOf = (name: string): string =>
    `^${name.startsWith('@auto-seg-loss/') ? own.version : (engine.dependencies[name] ?? '')}`;
  const peers = ['@auto-seg-loss/kernel', ...IMPORTS[kind]].map((name) => [name, versionOf(name)] as const);
  const filled = JSON.parse(text.replaceAll('template-version', own.version)) as {
    devDependencies: Readonly<Record<string, string>>;
  };
  const packed = [...(archives ?? [])].map(([name, archive]) => [name, archiveSpec(archive, folder)] as const);
  const complete = {
    ...filled,
    peerDependencies: Object.fromEntries(peers),
    devDependencies: sorted({ ...filled.devDependencies, ...Object.fromEntries(packed) }),
  };
  return `${JSON.stringify(complete, null, 2)}\n`;
}

function sorted(versions: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(versions).sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function folderOf(name: string): Promise<URL> {
  return new URL('./', import.meta.resolve(`${name}/package.json`));
}
