import { join } from 'node:path';
import type { Json } from '@auto-seg-loss/kernel';
import { contentKey } from '@auto-seg-loss/study';
import { readSealedJson } from '../run-folder/sealed-json.ts';
import { writeFile } from '../run-folder/write-file.ts';
import type { TrainedNetwork } from './training-jobs.ts';

/**
 * Networks that were trained, each in a file that is named for all that it depends on: what was interrupted goes on, and what
 * was trained once is not trained again.
 */
export class TrainingResults {
  readonly #folder: string;

  /** @param folder made when the first result is kept. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The result of a training; undefined where there is none, or a damaged one: it is then trained again. */
  async find(key: string): Promise<TrainedNetwork | undefined> {
    const read = await readSealedJson(this.#pathOf(key), 'network');
    return read?.network as unknown as TrainedNetwork | undefined;
  }

  /** @throws AslError ASL_RUN_FOLDER where it cannot be written. */
  async keep(key: string, network: TrainedNetwork): Promise<void> {
    const json = JSON.parse(JSON.stringify(network)) as Json;
    await writeFile(this.#pathOf(key), `${JSON.stringify({ sha256: contentKey(json), network: json })}\n`);
  }

  #pathOf(key: string): string {
    return join(this.#folder, `${key}.json`);
  }
}
