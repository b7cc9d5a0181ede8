import { join, relative } from 'node:path';
import { AslError, canonicalJson } from '@auto-seg-loss/kernel';
import { claimFolder } from '../run-folder/claim-folder.ts';
import { fileHash } from '../run-folder/file-hash.ts';
import { listFiles } from '../run-folder/list-files.ts';
import { type JsonFields, readSealedJson, sealedJson } from '../run-folder/sealed-json.ts';
import { writeFile } from '../run-folder/write-file.ts';
import type { KeptTrainings, TrainingsInCommon } from './kept-trainings.ts';
import type { TrainedNetwork } from './training-jobs.ts';
import type { TrainingIdentity } from './training-key.ts';

/** The files of a folder that holds one network. */
export interface TrainedFiles {
  readonly folder: string;
  readonly weights: string;
  readonly report: string;
}

export function trainedFiles(folder: string): TrainedFiles {
  return { folder, weights: join(folder, 'weights.safetensors'), report: join(folder, 'report.json') };
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
    const { weights, report } = this.#files;
    const read = await readSealedJson(report);
    if (read === undefined) return undefined;
    if (read === 'damaged') throw notAsWritten(report);
    const {
      identity: own,
      weightsSha256,
      config: _config,
      baseDir: _baseDir,
      classes: _classes,
      data: _data,
      ...network
    } = read;
    if (canonicalJson(own ?? null) !== canonicalJson(identity)) throw notAsWritten(report);
    const sha256 = await fileHash(weights);
    // They are made again, and are the same.
    if (sha256 === undefined) return undefined;
    if (sha256 !== weightsSha256) throw notAsWritten(weights);
    return network as unknown as TrainedNetwork;
  }

  pictures(): null {
    return null;
  }

  async keep(identity: TrainingIdentity, network: TrainedNetwork): Promise<void> {
    const { weights, report } = this.#files;
    const { config, baseDir: absolute, dataset } = this.#common;
    const { classes, colors, labelValues, imageReading } = dataset;
    const baseDir = relative(this.#files.folder, absolute);
    const data = { colors, labelValues, imageReading };
    const weightsSha256 = (await fileHash(weights)) ?? null;
    const content = { ...network, classes, data, config, baseDir, identity, weightsSha256 } as unknown as JsonFields;
    await writeFile(report, sealedJson(content, 2));
  }
}

function notAsWritten(path: string): AslError {
  return new AslError('ASL_STATE_CORRUPT', 'a file of the folder is not what was written there', {
    where: path,
    expected: 'the content that its SHA-256 is of',
    remedy: 'restore it; or remove it, to have the network trained again; or choose another folder with --out',
  });
}
