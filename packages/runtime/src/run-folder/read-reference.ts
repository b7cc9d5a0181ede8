import type { GuardReference } from '../jobs/guards.ts';
import { readSealedJson } from './sealed-json.ts';

/** What cross-entropy reaches in a run's proxy task; undefined where it is not there, or damaged: it is then made again. */
export async function readReference(path: string): Promise<GuardReference | undefined> {
  const read = await readSealedJson(path);
  return read === undefined || read === 'damaged' ? undefined : (read.reference as unknown as GuardReference);
}
