import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The paths of what a folder holds, in the order of their names; of none if there is no such folder. */
export async function listFiles(
  folder: string,
  isWanted: (name: string) => boolean = () => true,
): Promise<readonly string[]> {
  try {
    const names = await readdir(folder);
    return names
      .filter(isWanted)
      .sort()
      .map((name) => join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
