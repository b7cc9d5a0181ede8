import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Who owns a file, and who may write it: a part of what `fs.stat` tells. */
export interface FileRights {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** Whose files count as one's own. */
export interface CurrentUser {
  readonly uids: readonly number[];
  readonly gid: number;
}

const ROOT = 0;
const GROUP_WRITES = 0o020;
const ALL_WRITE = 0o002;

/**
 * Who runs this process; a person who runs it as root by sudo; and the owner of this program, who can have it do anything, as
 * in a container that runs as root in the folder of somebody else.
 * @param program a file of this program.
 * @returns null where files have no such owners (Windows), or all may write the program itself (a drive of Windows under Linux).
 */
export function currentUser(
  env: Readonly<Record<string, string | undefined>> = process.env,
  program: FileRights = statSync(fileURLToPath(import.meta.url)),
): CurrentUser | null {
  const { geteuid, getegid } = process;
  if (geteuid === undefined || getegid === undefined || (program.mode & ALL_WRITE) !== 0) return null;
  const uid = geteuid();
  const sudo = uid === ROOT && /^\d+$/.test(env.SUDO_UID ?? '') ? [Number(env.SUDO_UID)] : [];
  return { uids: [uid, ...sudo, program.uid], gid: getegid() };
}

/**
 * Who else than this user and root could have written a file, or could put other files into a folder: "it belongs to another
 * user". A group may write where it is the user's own, as with an umask of 002.
 * @returns undefined where nobody else could.
 */
export function otherWriter(rights: FileRights, user: CurrentUser | null = currentUser()): string | undefined {
  if (user === null) return undefined;
  if (rights.uid !== ROOT && !user.uids.includes(rights.uid)) return 'it belongs to another user';
  if ((rights.mode & ALL_WRITE) !== 0) return 'every user may write it';
  if ((rights.mode & GROUP_WRITES) !== 0 && rights.gid !== user.gid && rights.gid !== ROOT)
    return 'its group may write it';
  return undefined;
}
