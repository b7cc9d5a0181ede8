import { join } from 'node:path';
import type { StatePlace } from '@auto-seg-loss/training';

/** Where a training waits that is not at its end. */
export function statePlace(folder: string, key: string): StatePlace {
  return { path: join(folder, `${key}.safetensors`), key };
}
