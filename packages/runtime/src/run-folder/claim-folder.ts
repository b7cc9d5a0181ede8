import { AslError, canonicalJson, type Problem } from '@auto-seg-loss/kernel';
import { jsonDifferences } from './json-differences.ts';
import { type JsonFields, readSealedJson, sealedJson } from './sealed-json.ts';
import { writeFile } from './write-file.ts';

/** Of more differences the first are shown. */
const MOST_SHOWN = 8;

/**
 * Makes sure that a folder's results are of what is about to be done, and not another's: a file there says what they depend on.
 * It is written where nothing has been done yet.
 * @param claim.folder for messages. @param claim.path of the file. @param claim.basis what results depend on.
 * @param claim.results the files there that hold results, or would be overwritten.
 * @throws AslError ASL_RUN_CHANGED naming what differs; ASL_RUN_FOLDER for results that no file speaks of; ASL_STATE_CORRUPT
 *   where the file is damaged.
 */
export async function claimFolder(claim: {
  readonly folder: string;
  readonly path: string;
  readonly basis: JsonFields;
  readonly results: readonly string[];
}): Promise<void> {
  const { folder, path, basis, results } = claim;
  const found = await readSealedJson(path);
  if (found !== undefined && found !== 'damaged' && canonicalJson(found) === canonicalJson(basis)) return;
  const [first] = results;
  if (first === undefined) {
    await writeFile(path, sealedJson(basis, 2));
    return;
  }
  if (found === 'damaged') {
    throw new AslError('ASL_STATE_CORRUPT', 'the file that says what the results in a folder depend on is damaged', {
      where: path,
      received: 'content that does not match its SHA-256',
      remedy: 'restore the file, or choose another folder with --out',
    });
  }
  if (found === undefined) {
    throw new AslError('ASL_RUN_FOLDER', 'the folder holds results that are not known to be of this config', {
      where: first,
      expected: 'a folder without results, or one that this command has written',
      remedy: 'choose another folder with --out, or move what is there',
    });
  }
  throw new AslError('ASL_RUN_CHANGED', 'the folder holds results of something else', {
    where: folder,
    problems: shown(jsonDifferences(found, basis)),
    remedy: 'choose another folder with --out, or go back to what this one was begun with',
  });
}

function shown(problems: readonly Problem[]): readonly Problem[] {
  const more = problems.slice(MOST_SHOWN).map(({ where }) => where);
  const rest = { where: `${more.length} more`, expected: 'as it was', received: more.join(', ') };
  return [...problems.slice(0, MOST_SHOWN), ...(more.length === 0 ? [] : [rest])];
}
