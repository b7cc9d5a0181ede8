import { stat } from 'node:fs/promises';
import { currentUser, otherWriter } from '@auto-seg-loss/files';
import { AslError } from '@auto-seg-loss/kernel';

/**
 * A config that was found, not named, must be the user's, root's, or of the one whose folder the user works in: in /tmp, say,
 * somebody else may have put one above.
 * @throws AslError ASL_NOT_TRUSTED.
 */
export async function checkFound(file: string, cwd: string): Promise<void> {
  const user = currentUser();
  if (user === null) return;
  const [found, here] = await Promise.all([stat(file), stat(cwd)]);
  const reason = otherWriter(found, { ...user, uids: [...user.uids, here.uid] });
  if (reason === undefined) return;
  throw new AslError('ASL_NOT_TRUSTED', 'a config was found that somebody else may have put there', {
    where: file,
    expected: 'a config of your own, or of the owner of the current folder',
    received: reason,
    remedy: 'name the file if you mean it',
  });
}
