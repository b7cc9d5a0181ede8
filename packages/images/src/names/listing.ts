import { readdir, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';

/** A folder with one file for each sample, as a config or a command line names it. */
export interface FolderOption {
  /** What the files are: "image", "label", "prediction", "mask". */
  readonly role: string;
  /** Absolute path. */
  readonly folder: string;
  /** The option that names the folder, such as `dataset.train.images` or `--labels`. */
  readonly option: string;
  /** What the names end with, such as `_gtFine_labelIds`, `_mask.png` or `.png`; files without it are left out. */
  readonly suffix: string;
  /** The option that names the suffix. */
  readonly suffixOption: string;
  /** Lower case, with the dot; other files are left out. */
  readonly endings: readonly string[];
}

/** The files of a folder and its subfolders. */
export interface Listing extends FolderOption {
  /** Absolute path by name: the path in the folder, with forward slashes and composed letters, without suffix and ending. */
  readonly files: ReadonlyMap<string, string>;
  /** Names, likewise but with their suffixes, of all files of the right ending. */
  readonly stems: readonly string[];
}

/** What systems and programs leave beside data: hidden files (`._x.png`, `.ipynb_checkpoints/`), archives' folders of macOS. */
const JUNK = /(^|\/)(\.|__MACOSX(\/|$))/;

/**
 * Lists a folder's files, in the order of their names. Hidden files and other kinds of file are left out. Names are compared with
 * composed letters (NFC): macOS writes them decomposed.
 * @throws AslError ASL_DATA_MISSING without the folder; ASL_DATA_INVALID for two files of one name.
 */
export async function listFolder(option: FolderOption): Promise<Listing> {
  const { folder, suffix, endings } = ownEnding(option);
  const files = new Map<string, string>();
  const stems: string[] = [];
  for (const path of await filesIn(option)) {
    const name = relative(folder, path).split(sep).join('/').normalize('NFC');
    const stem = withoutEnding(name, endings);
    if (stem === undefined || JUNK.test(name)) continue;
    stems.push(stem);
    if (!stem.endsWith(suffix)) continue;
    const key = stem.slice(0, stem.length - suffix.length);
    const other = files.get(key);
    if (other !== undefined) throw sameName(other, path, option);
    files.set(key, path);
  }
  return { ...option, suffix, endings, files, stems };
}

/** A suffix that has an ending leaves no other. */
function ownEnding<T extends FolderOption>(option: T): T {
  const suffix = withoutEnding(option.suffix, option.endings);
  if (suffix === undefined) return option;
  return { ...option, suffix, endings: [option.suffix.slice(suffix.length).toLowerCase()] };
}

/** A name without the longest of the endings that it has; undefined if it has none of them. */
export function withoutEnding(name: string, endings: readonly string[]): string | undefined {
  const lower = name.toLowerCase();
  const own = endings.filter((ending) => lower.endsWith(ending)).sort((a, b) => b.length - a.length)[0];
  return own === undefined ? undefined : name.slice(0, name.length - own.length);
}

async function filesIn({ folder, option, role }: FolderOption): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (cause: NodeJS.ErrnoException) => {
      throw new AslError('ASL_DATA_MISSING', `the folder of the ${role}s was not found or cannot be read`, {
        where: option,
        expected: `a folder at ${folder}`,
        received: cause.code === 'ENOENT' ? 'nothing there' : cause.code === 'ENOTDIR' ? 'a file' : cause.message,
        remedy: `correct ${option}`,
        cause,
      });
    },
  );
  const paths: string[] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    // A link may lead anywhere, and a pipe would be waited for.
    const regular = entry.isFile() || (entry.isSymbolicLink() && (await leadsToFile(path)));
    if (regular) paths.push(path);
  }
  // Not by locale: the order of the samples must be the same everywhere.
  return paths.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

async function leadsToFile(path: string): Promise<boolean> {
  // A link that leads nowhere is listed: reading it says so.
  return stat(path).then(
    (found) => found.isFile(),
    () => true,
  );
}

function sameName(one: string, other: string, { role, suffixOption }: FolderOption): AslError {
  return new AslError('ASL_DATA_INVALID', 'two files have the same name but for their ending', {
    where: `${one} and ${other}`,
    expected: `one ${role} for each name`,
    received: 'two',
    remedy: `say with ${suffixOption} which of them it is ("${extname(other)}", for example), or remove one`,
  });
}
