import { resolve } from 'node:path';
import { AslError, type Problem } from '@auto-seg-loss/kernel';
import { isPath } from './is-path.ts';
import { whyForeign, whyNotMine } from './own-file.ts';
import { exists, isInside, type Project, projectOf } from './project.ts';

/** A plugin that files name. */
export interface NamedPlugin {
  readonly use: string;
  /** Such as `guards[0].metric`. */
  readonly where: string;
  readonly namedBy: readonly string[];
}

/** Plugins before any of them is loaded. */
export interface NamedCode {
  /**
   * config: what its user writes. It may name any module that is the user's own.
   * product: what a search writes (a loss file, a run folder) and people hand on. It may name modules of the same project.
   */
  readonly kind: 'config' | 'product';
  readonly plugins: readonly NamedPlugin[];
  /** Where relative paths start. */
  readonly baseDir: string;
  /** The current folder. */
  readonly cwd: string;
  /** Whether the user lets foreign code run. */
  readonly allowCode: boolean;
}

/**
 * The one rule of whose code is run (SECURITY.md). A file that names a plugin by its path has that module run: only files of
 * the user's own project may, unless the user says so. Any file may name packages that are installed. What the command line
 * itself names is not asked about here.
 * @throws AslError ASL_NOT_TRUSTED, naming each plugin.
 */
export async function refuseForeignCode(named: NamedCode): Promise<void> {
  const paths = named.plugins.filter(({ use }) => isPath(use));
  if (named.allowCode || paths.length === 0) return;
  const project = await projectOf(named.cwd);
  const foreign = await foreignFiles(paths, project);
  const problems: Problem[] = [];
  for (const { use, where, namedBy } of paths) {
    const by = namedBy.find((file) => foreign.has(file));
    const reason = by === undefined ? await whyModuleRefused(use, named, project) : `of the file: ${foreign.get(by)}`;
    if (reason === undefined) continue;
    problems.push({
      where: `${where} in ${by ?? namedBy.at(-1)}`,
      expected: 'an installed package, or a module of your own in a file of your own project',
      received: `"${use}"; ${reason}`,
    });
  }
  if (problems.length === 0) return;
  throw new AslError('ASL_NOT_TRUSTED', 'a file that may not be yours names code, which would be run', {
    problems,
    remedy: 'if you trust it, pass --allow-code; installed packages, and paths on the command line, need no flag',
  });
}

/**
 * The folder from which the packages are found that a file names: the one that its paths start from; for a file from elsewhere
 * the current folder, so that it brings none along.
 */
export async function packagesFrom(
  file: string,
  { baseDir, cwd, allowCode }: Pick<NamedCode, 'baseDir' | 'cwd' | 'allowCode'>,
): Promise<string> {
  if (allowCode) return baseDir;
  return (await whyForeign(file, (await projectOf(cwd)).top)) === undefined ? baseDir : cwd;
}

/** The files that are not of the user's own project, with why. */
async function foreignFiles(plugins: readonly NamedPlugin[], { top }: Project): Promise<ReadonlyMap<string, string>> {
  const foreign = new Map<string, string>();
  for (const file of new Set(plugins.flatMap(({ namedBy }) => namedBy))) {
    const reason = await whyForeign(file, top);
    if (reason !== undefined) foreign.set(file, reason);
  }
  return foreign;
}

async function whyModuleRefused(
  use: string,
  { kind, baseDir, cwd }: NamedCode,
  project: Project,
): Promise<string | undefined> {
  const module = resolve(baseDir, use);
  if (kind === 'product') {
    if (!project.marked) return `the current folder, ${cwd}, is in no project (package.json or .git)`;
    if (!isInside(module, project.top)) return `it lies outside of the current project, ${project.top}`;
  }
  // What is not there is told of where it is looked for.
  if (!(await exists(module))) return undefined;
  const reason = kind === 'product' ? await whyForeign(module, project.top) : await whyNotMine(module);
  const manifest = reason ?? (await whyNotMine(resolve(module, 'package.json')));
  return manifest === undefined ? undefined : `of the module: ${manifest}`;
}
