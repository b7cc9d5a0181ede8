import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder } from '@auto-seg-loss/files';
import { AslError } from '@auto-seg-loss/kernel';
import { lock } from 'proper-lockfile';
import type { Wanted } from './wheel.ts';

const STALE_MS = 60_000;
const UPDATE_MS = 5_000;
const RETRY_MS = 500;

/**
 * Runs `work` while no other process does so for this folder. A lock whose holder died is taken over after a minute.
 * @param waiting called once if another process holds the lock.
 */
export async function withInstallLock<T>(
  folder: string,
  { code }: Pick<Wanted, 'code'>,
  waiting: () => void,
  work: () => Promise<T>,
): Promise<T> {
  makeFolder(folder);
  let waited = false;
  let lost: Error | undefined;
  const acquire = async (): Promise<() => Promise<void>> => {
    for (;;) {
      try {
        return await lock(folder, {
          stale: STALE_MS,
          update: UPDATE_MS,
          onCompromised: (error) => {
            lost = error;
          },
        });
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ELOCKED')) throw error;
      }
      if (!waited) waiting();
      waited = true;
      await sleep(RETRY_MS);
    }
  };
  const release = await acquire();
  try {
    const result = await work();
    if (lost !== undefined) {
      throw new AslError(code, 'the installation lost its lock: this process stood still for too long', {
        where: folder,
        remedy: 'run it again',
        cause: lost,
      });
    }
    return result;
  } finally {
    if (lost === undefined) await release();
  }
}
