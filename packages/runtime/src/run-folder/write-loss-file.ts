import { type LossFile, lossFileText } from '@auto-seg-loss/loss-file';
import { writeFile } from './write-file.ts';

/** Writes a loss file, signed. @throws AslError ASL_RUN_FOLDER where it cannot be written. */
export async function writeLossFile(path: string, loss: LossFile): Promise<void> {
  await writeFile(path, lossFileText(loss));
}
