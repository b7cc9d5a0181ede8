import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { contentKey } from '@auto-seg-loss/kernel';
import type { ExamplePrediction, ExampleSettings } from '../jobs/example-predictions.ts';
import { claimFolder } from '../run-folder/claim-folder.ts';
import { fileHash } from '../run-folder/file-hash.ts';
import { listFiles } from '../run-folder/list-files.ts';
import { type JsonFields, readSealedJson, sealedJson } from '../run-folder/sealed-json.ts';
import { writeFile } from '../run-folder/write-file.ts';
import type { KeptSource, KeptTrainings, TrainingsInCommon } from './kept-trainings.ts';
import type { TrainedNetwork } from './training-jobs.ts';
import { keyOf, networkIdentity, type TrainingIdentity } from './training-key.ts';

/** A network that was trained, and what it depends on. */
export interface IdentifiedNetwork {
  readonly identity: TrainingIdentity;
  readonly network: TrainedNetwork;
}

/** What is kept of it. */
export interface KeptResult extends IdentifiedNetwork {
  /** Of the file of its weights; null where they are not kept. */
  readonly weightsSha256: string | null;
}

/** `<key>.json` */
const RESULT = /^[0-9a-f]{64}\.json$/;

/** The first: a network for each loss. */
const PICTURED_SEED = 1;
/** Small, so that a page holds those of several losses. */
const PICTURES: ExampleSettings = { count: 3, longest: 160 };

/** `<key>.safetensors` */
const NETWORK = /^[0-9a-f]{64}\.safetensors$/;

/** Why a file is not taken for the result that it is named for. */
export type Discarded = { readonly path: string; readonly reason: 'damaged' | 'exchanged' };

/** The places of a comparison's files. */
export interface ComparedFiles {
  readonly folder: string;
  /** The file that is written in the end. */
  readonly report: string;
  /** The folder of results. */
  readonly trainings: string;
  /** The folder of weights. */
  readonly networks: string;
}

/** What a folder keeps of networks. */
export interface KeptNetworks {
  readonly folder: string;
  readonly networks: number;
  readonly bytes: number;
}

/** The networks of comparisons in one folder, each in a file that is named for all that it depends on. */
export class TrainingResults implements KeptTrainings {
  readonly paused: string;
  readonly #files: ComparedFiles;
  readonly #basis: JsonFields;
  readonly #discard: (file: Discarded) => void;
  readonly #keepNetworks: boolean;
  /** All results, as they were when a network was first looked for. */
  #known: Promise<readonly KeptResult[]> | undefined;

  private constructor(files: ComparedFiles, basis: JsonFields, options: Parameters<typeof TrainingResults.open>[2]) {
    this.#files = files;
    this.#basis = basis;
    this.#discard = options.discard;
    this.#keepNetworks = options.keepNetworks === true;
    this.paused = join(files.trainings, 'paused');
  }

  /**
   * @param options.discard told of files that are not what their names say. @param options.keepNetworks whether the weights of
   *   networks that are scored on val are kept: what was trained without that is trained again.
   * @throws AslError as `claimFolder`.
   */
  static async open(
    files: ComparedFiles,
    { basis }: Pick<TrainingsInCommon, 'basis'>,
    options: { readonly discard: (file: Discarded) => void; readonly keepNetworks?: boolean },
  ): Promise<TrainingResults> {
    const { folder, report, trainings } = files;
    const kept = new TrainingResults(files, basis, options);
    const results = [
      ...(await listFiles(folder, (name) => name === basename(report))),
      ...(await kept.#results()),
      ...(await kept.#networks()),
      ...(await listFiles(kept.paused)),
    ];
    await claimFolder({ folder, path: join(trainings, 'basis.json'), basis, results });
    return kept;
  }

  weights(identity: TrainingIdentity): string | null {
    return this.#keepNetworks && identity.scoredOn === 'val' ? this.networkPath(identity) : null;
  }

  async find(identity: TrainingIdentity): Promise<TrainedNetwork | undefined> {
    const found = await this.#read(this.#pathOf(identity));
    const weights = this.weights(identity);
    // Without its weights, the network is made again.
    if (weights !== null && found !== undefined && !(await this.#hasWeights(found, weights))) return undefined;
    return found?.network;
  }

  async network(identity: TrainingIdentity): Promise<KeptSource | undefined> {
    const path = this.networkPath(identity);
    const sha256 = await fileHash(path);
    if (sha256 === undefined) return undefined;
    const found = (await this.#resultsOf(identity)).find(({ weightsSha256 }) => weightsSha256 === sha256);
    return found === undefined ? undefined : { path, network: found.network };
  }

  async wasTrained(identity: TrainingIdentity): Promise<boolean> {
    return (await this.#resultsOf(identity)).length > 0;
  }

  /** Of one network for each loss. */
  pictures({ seed }: TrainingIdentity): ExampleSettings | null {
    return seed === PICTURED_SEED ? PICTURES : null;
  }

  /** The pictures that were kept with a result; none where they are missing or damaged: they are only looked at. */
  async picturesOf(identity: TrainingIdentity): Promise<readonly ExamplePrediction[]> {
    const read = await readSealedJson(this.#picturesPath(identity));
    return read === undefined || read === 'damaged' ? [] : (read.pictures as unknown as readonly ExamplePrediction[]);
  }

  async keep(
    identity: TrainingIdentity,
    network: TrainedNetwork,
    pictures: readonly ExamplePrediction[] = [],
  ): Promise<void> {
    if (pictures.length > 0) {
      const content = { pictures: pictures as unknown as JsonFields[] };
      await writeFile(this.#picturesPath(identity), sealedJson(content));
    }

    const weights = this.weights(identity);
    const weightsSha256 = weights === null ? null : ((await fileHash(weights)) ?? null);
    const content = { identity, network: network as unknown as JsonFields, weightsSha256 };
    await writeFile(this.#pathOf(identity), sealedJson(content));
  }

  /** All networks of this basis, whenever they were trained. */
  async all(): Promise<readonly KeptResult[]> {
    const read = await Promise.all((await this.#results()).map((path) => this.#read(path)));
    const basis = contentKey(this.#basis);
    return read.filter((one) => one !== undefined && one.identity.basis === basis) as readonly KeptResult[];
  }

  /** Where the weights of a network are, if they are kept. */
  networkPath(identity: TrainingIdentity): string {
    return join(this.#files.networks, `${keyOf(networkIdentity(identity))}.safetensors`);
  }

  /** @returns undefined where no weights are kept. */
  async keptNetworks(): Promise<KeptNetworks | undefined> {
    const files = await Promise.all((await this.#networks()).map((path) => stat(path)));
    if (files.length === 0) return undefined;
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    return { folder: this.#files.networks, networks: files.length, bytes };
  }

  async #resultsOf(identity: TrainingIdentity): Promise<readonly KeptResult[]> {
    this.#known ??= this.all();
    const key = keyOf(networkIdentity(identity));
    return (await this.#known).filter((one) => keyOf(networkIdentity(one.identity)) === key);
  }

  async #hasWeights({ weightsSha256 }: KeptResult, path: string): Promise<boolean> {
    return weightsSha256 !== null && (await fileHash(path)) === weightsSha256;
  }

  #results(): Promise<readonly string[]> {
    return listFiles(this.#files.trainings, (name) => RESULT.test(name));
  }

  #networks(): Promise<readonly string[]> {
    return listFiles(this.#files.networks, (name) => NETWORK.test(name));
  }

  async #read(path: string): Promise<KeptResult | undefined> {
    const read = await readSealedJson(path);
    if (read === undefined) return undefined;
    const kept = { weightsSha256: null, ...(read as unknown as Omit<KeptResult, 'weightsSha256'>) };
    if (read === 'damaged') this.#discard({ path, reason: 'damaged' });
    else if (this.#pathOf(kept.identity) !== path) this.#discard({ path, reason: 'exchanged' });
    else return kept;
    return undefined;
  }

  #picturesPath(identity: TrainingIdentity): string {
    return join(this.#files.trainings, `${keyOf(identity)}.pictures.json`);
  }

  #pathOf(identity: TrainingIdentity): string {
    return join(this.#files.trainings, `${keyOf(identity)}.json`);
  }
}
