import { basename, join } from 'node:path';
import { contentKey } from '@auto-seg-loss/kernel';
import { claimFolder } from '../run-folder/claim-folder.ts';
import { listFiles } from '../run-folder/list-files.ts';
import { type JsonFields, readSealedJson, sealedJson } from '../run-folder/sealed-json.ts';
import { writeFile } from '../run-folder/write-file.ts';
import type { KeptTrainings, TrainingsInCommon } from './kept-trainings.ts';
import type { TrainedNetwork } from './training-jobs.ts';
import { keyOf, type TrainingIdentity } from './training-key.ts';

/** A network that was trained, and what it depends on. */
export interface KeptNetwork {
  readonly identity: TrainingIdentity;
  readonly network: TrainedNetwork;
}

/** `<key>.json` */
const RESULT = /^[0-9a-f]{64}\.json$/;

/** Why a file is not taken for the result that it is named for. */
export type Discarded = { readonly path: string; readonly reason: 'damaged' | 'exchanged' };

/** The networks of comparisons in one folder, each in a file that is named for all that it depends on. */
export class TrainingResults implements KeptTrainings {
  readonly paused: string;
  readonly #folder: string;
  readonly #basis: JsonFields;
  readonly #discard: (file: Discarded) => void;

  private constructor(folder: string, basis: JsonFields, discard: (file: Discarded) => void) {
    this.#folder = folder;
    this.#basis = basis;
    this.#discard = discard;
    this.paused = join(folder, 'paused');
  }

  /**
   * @param report the file that is written in the end. @param discard told of files that are not what their names say.
   * @throws AslError as `claimFolder`.
   */
  static async open(
    place: { readonly folder: string; readonly report: string; readonly trainings: string },
    { basis }: Pick<TrainingsInCommon, 'basis'>,
    discard: (file: Discarded) => void,
  ): Promise<TrainingResults> {
    const { folder, report, trainings } = place;
    const kept = new TrainingResults(trainings, basis, discard);
    const results = [
      ...(await listFiles(folder, (name) => name === basename(report))),
      ...(await kept.#results()),
      ...(await listFiles(kept.paused)),
    ];
    await claimFolder({ folder, path: join(trainings, 'basis.json'), basis, results });
    return kept;
  }

  async find(identity: TrainingIdentity): Promise<TrainedNetwork | undefined> {
    return (await this.#read(this.#pathOf(identity)))?.network;
  }

  async keep(identity: TrainingIdentity, network: TrainedNetwork): Promise<void> {
    await writeFile(this.#pathOf(identity), sealedJson({ identity, network: network as unknown as JsonFields }));
  }

  /** All networks of this basis, whenever they were trained. */
  async all(): Promise<readonly KeptNetwork[]> {
    const read = await Promise.all((await this.#results()).map((path) => this.#read(path)));
    const basis = contentKey(this.#basis);
    return read.filter((one) => one !== undefined && one.identity.basis === basis) as readonly KeptNetwork[];
  }

  #results(): Promise<readonly string[]> {
    return listFiles(this.#folder, (name) => RESULT.test(name));
  }

  async #read(path: string): Promise<KeptNetwork | undefined> {
    const read = await readSealedJson(path);
    if (read === undefined) return undefined;
    const kept = read as unknown as KeptNetwork;
    if (read === 'damaged') this.#discard({ path, reason: 'damaged' });
    else if (this.#pathOf(kept.identity) !== path) this.#discard({ path, reason: 'exchanged' });
    else return kept;
    return undefined;
  }

  #pathOf(identity: TrainingIdentity): string {
    return join(this.#folder, `${keyOf(identity)}.json`);
  }
}
