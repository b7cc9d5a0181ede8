import { join, relative } from 'node:path';
import { AslError, canonicalJson, type Json } from '@auto-seg-loss/kernel';
import { claimFolder } from '../run-folder/claim-folder.ts';
import { fileHash } from '../run-folder/file-hash.ts';
import { listFiles } from '../run-folder/list-files.ts';
import { type JsonFields, readSealedJson, sealedJson } from '../run-folder/sealed-json.ts';
import { writeFile } from '../run-folder/write-file.ts';
import type { KeptSource, KeptTrainings, TrainingsInCommon } from './kept-trainings.ts';
import type { TrainedNetwork } from './training-jobs.ts';
import { networkIdentity, type TrainingIdentity } from './training-key.ts';

/** The files of a folder that holds one network. */
export interface TrainedFiles {
  readonly folder: string;
  readonly weights: string;
  readonly report: string;
}

export function trainedFiles(folder: string): TrainedFiles {
  return { folder, weights: join(folder, 'weights.safetensors'), report: join(folder, 'report.json') };
}

/** What a report says of the network under a further decoder. */
interface Decoded {
  readonly identity: TrainingIdentity;
  readonly network: TrainedNetwork;
}

/** A report, as it was written. */
interface Report {
  readonly identity: TrainingIdentity;
  readonly network: TrainedNetwork;
  readonly decoded: readonly Decoded[];
  readonly weightsSha256: Json;
  readonly content: JsonFields;
}

/** A folder for one network: its weights, its report, and until then the training that is under way. */
export class TrainedFolder implements KeptTrainings {
  readonly paused: string;
  readonly #files: TrainedFiles;
  readonly #common: TrainingsInCommon;

  private constructor(files: TrainedFiles, common: TrainingsInCommon) {
    this.#files = files;
    this.#common = common;
    this.paused = join(files.folder, 'paused');
  }

  /** @throws AslError as `claimFolder`: the folder is of one config, loss and seed. */
  static async open(files: TrainedFiles, common: TrainingsInCommon): Promise<TrainedFolder> {
    const { folder, weights, report } = files;
    const place = new TrainedFolder(files, common);
    const [identity] = common.identities;
    const [loss = null] = common.losses;
    await claimFolder({
      folder,
      path: join(folder, 'training.json'),
      basis: {
        ...common.basis,
        loss,
        'training.learningRate': identity?.learningRate ?? null,
        // The config's decides which images are whose; the network's, its weights and batches.
        seed: { config: common.basis.seed ?? null, network: identity?.seed ?? null },
      },
      results: [
        ...(await listFiles(folder, (name) => [weights, report].includes(join(folder, name)))),
        ...(await listFiles(place.paused)),
      ],
    });
    return place;
  }

  weights(): string {
    return this.#files.weights;
  }

  /** @throws AslError ASL_STATE_CORRUPT where the report or the weights are not what was written. */
  async find(identity: TrainingIdentity): Promise<TrainedNetwork | undefined> {
    const report = await this.#sound(identity);
    if (report === undefined) return undefined;
    const known: readonly Decoded[] = [report, ...report.decoded];
    return known.find((one) => isSame(one.identity, identity))?.network;
  }

  /** @throws as `find`. */
  async network(identity: TrainingIdentity): Promise<KeptSource | undefined> {
    const report = await this.#sound(identity);
    return report === undefined ? undefined : { path: this.#files.weights, network: report.network };
  }

  async wasTrained(identity: TrainingIdentity): Promise<boolean> {
    return (await this.#report(identity)) !== undefined;
  }

  pictures(): null {
    return null;
  }

  async keep(identity: TrainingIdentity, network: TrainedNetwork): Promise<void> {
    const weightsSha256 = (await fileHash(this.#files.weights)) ?? null;
    const before = await this.#report(identity);
    // The network's first result is the report; under further decoders the same network joins it.
    const content =
      before === undefined || isSame(before.identity, identity)
        ? { ...this.#content(network), identity }
        : {
            ...before.content,
            decoded: [...before.decoded.filter((one) => !isSame(one.identity, identity)), { identity, network }],
          };
    await writeFile(this.#files.report, sealedJson({ ...content, weightsSha256 } as unknown as JsonFields, 2));
  }

  #content(network: TrainedNetwork): object {
    const { config, baseDir: absolute, dataset } = this.#common;
    const { classes, colors, labelValues, imageReading } = dataset;
    const baseDir = relative(this.#files.folder, absolute);
    return { ...network, classes, data: { colors, labelValues, imageReading }, config, baseDir };
  }

  /** The report where the weights beside it are those that it is of: without them, they are made again, and are the same. */
  async #sound(identity: TrainingIdentity): Promise<Report | undefined> {
    const report = await this.#report(identity);
    const sha256 = report === undefined ? undefined : await fileHash(this.#files.weights);
    if (sha256 === undefined) return undefined;
    if (sha256 !== report?.weightsSha256) throw notAsWritten(this.#files.weights);
    return report;
  }

  /** @throws AslError ASL_STATE_CORRUPT where it is not what was written, or of another network. */
  async #report(identity: TrainingIdentity): Promise<Report | undefined> {
    const content = await readSealedJson(this.#files.report);
    if (content === undefined) return undefined;
    if (content === 'damaged') throw notAsWritten(this.#files.report);
    const {
      identity: own,
      weightsSha256 = null,
      decoded = [],
      config: _config,
      baseDir: _baseDir,
      classes: _classes,
      data: _data,
      ...network
    } = content;
    const known = own as TrainingIdentity | undefined;
    if (known === undefined || !isSame(networkIdentity(known), networkIdentity(identity)))
      throw notAsWritten(this.#files.report);
    return {
      identity: known,
      network: network as unknown as TrainedNetwork,
      decoded: decoded as unknown as readonly Decoded[],
      weightsSha256,
      content,
    };
  }
}

function isSame(a: TrainingIdentity, b: TrainingIdentity): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

function notAsWritten(path: string): AslError {
  return new AslError('ASL_STATE_CORRUPT', 'a file of the folder is not what was written there', {
    where: path,
    expected: 'the content that its SHA-256 is of',
    remedy: 'restore it; or remove it, to have the network trained again; or choose another folder with --out',
  });
}
