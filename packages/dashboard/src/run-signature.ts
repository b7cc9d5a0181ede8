import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Files of a run that change as it goes on. */
const RESULTS = ['study.sqlite', 'loss.json', 'compare.json', 'trainings', 'report.json', 'training.json'];
const RECORD = ['live.json'];

/** Changes as what is stored of a run does. */
export function resultsSignature(folder: string): Promise<string> {
  return signatureOf(folder, RESULTS);
}

/** Changes as what a run says of itself does. */
export function recordSignature(folder: string): Promise<string> {
  return signatureOf(folder, RECORD);
}

async function signatureOf(folder: string, names: readonly string[]): Promise<string> {
  const stats = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => undefined)));
  return stats.map((one) => (one === undefined ? '-' : `${one.mtimeMs}/${one.size}/${one.ino}`)).join(' ');
}
