import { readFile, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { type Color, encodeIndexPng, overlayPng, pngText } from '@auto-seg-loss/images';
import { AslError } from '@auto-seg-loss/kernel';
import { writeNpy } from '../commands/npy-file.ts';
import { claimFolder } from '../run-folder/claim-folder.ts';
import { listFiles } from '../run-folder/list-files.ts';
import type { JsonFields } from '../run-folder/sealed-json.ts';
import { makeFolder, writeFile } from '../run-folder/write-file.ts';

/** What is written of an image. */
export interface PredictedImage {
  readonly height: number;
  readonly width: number;
  /** [h, w, 3] */
  readonly image: Uint8Array;
  /** [h, w] */
  readonly classes: Uint8Array;
  /** [c, h, w] */
  readonly probabilities: Float32Array | undefined;
  /** The value that is written for each class; undefined for its index. */
  readonly values: readonly number[] | undefined;
  /** By class. */
  readonly colors: readonly Color[];
  readonly palette: boolean;
}

interface Places {
  readonly out: string;
  readonly overlays?: string;
  readonly probabilities?: string;
}

/** Says in a folder what its files depend on. */
const BASIS = 'prediction.json';

/** The text in a PNG that holds the SHA-256 of the image file that it was predicted of. */
const SOURCE = 'Source';

/** The folders that predictions are written into, each of one network and the same options. */
export class PredictionFolders {
  /** Absolute, as the next two. */
  readonly out: string;
  readonly overlays: string | undefined;
  readonly probabilities: string | undefined;

  private constructor({ out, overlays, probabilities }: Places) {
    this.out = resolve(out);
    this.overlays = overlays === undefined ? undefined : resolve(overlays);
    this.probabilities = probabilities === undefined ? undefined : resolve(probabilities);
  }

  /**
   * @param inputs folders of images. @param basis what the files depend on.
   * @throws AslError ASL_ARGUMENT_INVALID for folders that are one, or lie among the images; as `claimFolder` for one that holds
   *   something else, or predictions of another network or other options.
   */
  static async open(places: Places, inputs: readonly string[], basis: JsonFields): Promise<PredictionFolders> {
    const folders = new PredictionFolders(places);
    const named = [
      ['--out', folders.out],
      ['--overlays', folders.overlays],
      ['--probabilities', folders.probabilities],
    ].flatMap(([option = '', path]) => (path === undefined ? [] : [{ option, path }]));
    for (const [index, place] of named.entries()) {
      const same = named.slice(0, index).find(({ path }) => isInside(path, place.path) || isInside(place.path, path));
      if (same !== undefined) throw oneInAnother(place, same.option, same.path);
      const input = inputs.find((each) => isInside(place.path, each));
      if (input !== undefined) throw oneInAnother(place, 'IMAGES', input);
    }
    for (const { path } of named) {
      makeFolder(path);
      const results = await listFiles(path, (name) => name !== BASIS && !name.startsWith('.'));
      await claimFolder({ folder: path, path: join(path, BASIS), basis, results });
    }
    return folders;
  }

  /** Whether all files of an image are there. @param source SHA-256 of the image file. */
  async holds(name: string, source: string): Promise<boolean> {
    const bytes = await readFile(this.#png(this.out, name)).catch(() => undefined);
    if (bytes === undefined || pngText(bytes, SOURCE) !== source) return false;
    const others = [
      ...(this.overlays === undefined ? [] : [this.#png(this.overlays, name)]),
      ...(this.probabilities === undefined ? [] : [this.#npy(this.probabilities, name)]),
    ];
    for (const path of others) if (!(await stat(path).catch(() => undefined))?.isFile()) return false;
    return true;
  }

  /** @throws AslError ASL_RUN_FOLDER where a file cannot be written. */
  async write(name: string, source: string, predicted: PredictedImage): Promise<void> {
    const { height, width, image, classes, probabilities, values, colors, palette } = predicted;
    if (this.probabilities !== undefined && probabilities !== undefined)
      await writeNpy(this.#npy(this.probabilities, name), probabilities, [colors.length, height, width]);
    if (this.overlays !== undefined) {
      const laid = overlayPng({ height, width, image, label: classes }, colors);
      await writeFile(this.#png(this.overlays, name), laid);
    }
    // Last: where it is, the others are.
    const data = values === undefined ? classes : valuesAt(classes, values);
    const table = new Map(colors.map((color, index) => [values?.[index] ?? index, color]));
    const png = encodeIndexPng(
      { height, width, data },
      { text: { [SOURCE]: source }, ...(palette ? { palette: table } : {}) },
    );
    await writeFile(this.#png(this.out, name), png);
  }

  #png(folder: string, name: string): string {
    return join(folder, `${name}.png`);
  }

  #npy(folder: string, name: string): string {
    return join(folder, `${name}.npy`);
  }
}

function valuesAt(classes: Uint8Array, values: readonly number[]): Uint8Array | Uint16Array {
  const mapped = Math.max(...values) > 255 ? new Uint16Array(classes.length) : new Uint8Array(classes.length);
  for (let pixel = 0; pixel < classes.length; pixel++) mapped[pixel] = values[classes[pixel] as number] as number;
  return mapped;
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && resolve(folder, way) === path);
}

function oneInAnother(
  { option, path }: { readonly option: string; readonly path: string },
  other: string,
  otherPath: string,
): AslError {
  return new AslError('ASL_ARGUMENT_INVALID', 'a folder of results is or lies in another folder of the command', {
    where: `${option} ${path}`,
    expected: 'a folder of its own',
    received:
      path === otherPath ? `the folder of ${other}` : `a folder in that of ${other}, or around it: ${otherPath}`,
    remedy: 'choose another folder',
  });
}
