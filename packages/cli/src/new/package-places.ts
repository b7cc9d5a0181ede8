import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AslError } from '@auto-seg-loss/kernel';

/** Archives of our packages by their names: absolute paths. */
export type Archives = ReadonlyMap<string, string>;

const SCOPE = '@auto-seg-loss/';
/** The package of this command: in a clone, or in a folder node_modules. */
const OWN = fileURLToPath(new URL('../..', import.meta.url));

/** Whether a plugin in this folder, which need not be there, finds our packages in a project around it. */
export function isInProject(folder: string): boolean {
  try {
    createRequire(join(resolve(folder), 'package.json')).resolve(`${SCOPE}kernel/package.json`);
    return true;
  } catch {
    return false;
  }
}

/**
 * Where npm gets our packages for a folder that no project has around it: archives that `npm run packages` made. No registry is
 * asked for them where they did not come from one: whoever has taken the name there would be installed.
 * @param folder of archives, where one is named; else this command is asked where it came from.
 * @returns undefined where this command was installed from a registry.
 * @throws AslError ASL_USAGE where nothing is found.
 */
export function findArchives(folder: string | undefined): Archives | undefined {
  if (folder !== undefined) {
    const archives = archivesIn(resolve(folder));
    if (archives.size > 0) return archives;
    throw notFound('the folder holds none of our packages', '--packages', folder);
  }
  const modules = OWN.split(`${sep}node_modules${sep}`);
  if (modules.length > 1) return installedFrom(modules.slice(0, -1).join(`${sep}node_modules${sep}`));
  const archives = archivesIn(resolve(OWN, '../../packed'));
  if (archives.size > 0) return archives;
  throw notFound('our packages have not been packed', resolve(OWN, '../..'), 'no folder packed');
}

function notFound(message: string, where: string, received: string): AslError {
  return new AslError('ASL_USAGE', message, {
    where,
    expected: 'archives of our packages, since the new folder lies in no project that has them installed',
    received,
    remedy: '"npm run packages" in a clone of this project makes the folder packed; name it with --packages',
  });
}

/** `auto-seg-loss-metric-miou-0.1.0.tgz` is that of `@auto-seg-loss/metric-miou`. */
function archivesIn(folder: string): Archives {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return new Map(
    files.flatMap((file) => {
      const name = /^auto-seg-loss-(.+)-\d+\.\d+\.\d+.*\.tgz$/.exec(file)?.[1];
      return name === undefined ? [] : [[`${SCOPE}${name}`, join(folder, file)] as const];
    }),
  );
}

interface HiddenLock {
  readonly packages?: Readonly<Record<string, { readonly resolved?: string }>>;
}

/** What npm noted when it installed this command into a project. */
function installedFrom(project: string): Archives | undefined {
  const file = join(project, 'node_modules/.package-lock.json');
  if (!existsSync(file)) throw notFound('nothing says where our packages were installed from', project, `no ${file}`);
  const { packages = {} } = JSON.parse(readFileSync(file, 'utf8')) as HiddenLock;
  const ours = Object.entries(packages).flatMap(([path, { resolved = '' }]) => {
    const [, name] = path.split('node_modules/');
    return name?.startsWith(SCOPE) ? [[name, resolved] as const] : [];
  });
  const local = ours.filter(([, resolved]) => resolved.startsWith('file:'));
  if (local.length === 0) return undefined;
  return new Map(local.map(([name, resolved]) => [name, resolve(project, resolved.slice('file:'.length))]));
}

/** How a package.json in `folder` names an archive. */
export function archiveSpec(archive: string, folder: string): string {
  return `file:${relative(resolve(folder), archive).replaceAll(sep, '/')}`;
}
