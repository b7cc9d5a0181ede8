import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type ExportedLoss, exportLoss, traceLoss } from '@auto-seg-loss/export';
import { looksAtNeighbours } from '@auto-seg-loss/formula';
import { relaxedLoss } from '@auto-seg-loss/relaxed';
import { memory, type Scalar, type Tensor3D, type Tensor4D, tidy, valueAndGrad } from '@tensorflow/tfjs-core';
import { type Batch, upload } from '../../../packages/testing/src/tensors/batch.ts';
import { type Evaluated, evaluateLoss } from '../../../packages/testing/src/tensors/loss-gradient.ts';
import { type ExportCase, labelsOf, shapeOf } from './cases.ts';
import { compared, type Wrong } from './check-export.ts';
import { defineLoss } from './definition.ts';

/** What an exported file exports. */
export type TfjsLoss = (logits: Tensor4D, labels: Tensor3D, options?: { readonly ignoreLabel?: number }) => Scalar;

/** A folder of exported files, outside the workspace, that has this project's TensorFlow.js. */
export class TfjsFolder {
  readonly path: string = mkdtempSync(join(tmpdir(), 'asl-tfjs-'));
  #files = 0;

  constructor() {
    const modules = join(this.path, 'node_modules');
    mkdirSync(modules);
    symlinkSync(
      fileURLToPath(new URL('../../../node_modules/@tensorflow', import.meta.url)),
      join(modules, '@tensorflow'),
    );
  }

  /** Writes a module. @returns its path. */
  write(source: string): string {
    const file = join(this.path, `loss-${this.#files++}.mjs`);
    writeFileSync(file, source);
    return file;
  }

  /** Writes a module and gives its loss. */
  async load(source: string): Promise<TfjsLoss> {
    const module = (await import(pathToFileURL(this.write(source)).href)) as { exportedLoss: TfjsLoss };
    return module.exportedLoss;
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

/** The file of a case's loss, which exports `exportedLoss`. */
export function tfjsSource(each: ExportCase, parts: Partial<ExportedLoss> = {}): string {
  const terms = [{ weight: 1, program: traceLoss(each) }];
  return exportLoss('tfjs', { name: 'exportedLoss', header: ['A loss.'], terms, cases: [], ...parts });
}

/** @throws Error where it leaves tensors behind. */
export function evaluateTfjs(loss: TfjsLoss, batch: Batch): readonly [value: number, gradient: readonly number[]] {
  const before = memory().numTensors;
  const [value, gradient] = tidy((): [number, number[]] => {
    const { logits, labels } = upload(batch);
    const { value, grad } = valueAndGrad((x: Tensor4D) => loss(x, labels))(logits);
    return [value.dataSync()[0] as number, [...grad.dataSync()]];
  });
  const left = memory().numTensors - before;
  if (left !== 0) throw new Error(`the loss leaves ${left} tensors`);
  return [value, gradient];
}

/** A case's batch, in float32. */
export function batchOf(each: ExportCase): Batch {
  return {
    shape: shapeOf(each),
    logits: Float32Array.from(each.logits),
    labels: Int32Array.from(labelsOf(each)),
  };
}

/** What our kernels make of a case on the backend that is open. */
export function kernelsOf(each: ExportCase): Evaluated {
  const { metric, curves, absent, temperature } = each;
  return evaluateLoss(relaxedLoss(metric, curves, { absent, temperature }), batchOf(each));
}

/** What a value and a gradient may be off in float32. */
const LIMITS = { value: 1e-5, gradient: 1e-3 } as const;
/** Where curves are vertical and outlines thin, slopes of many pixels cancel: the order in which they are added shows. */
const STEEP = 3e-3;

/**
 * The cases whose files are wrong on the backend that is open: beside our kernels, and beside the definition where float32
 * cannot fall on the other side of a step.
 */
export async function wrongOnTfjs(cases: readonly ExportCase[], folder: TfjsFolder): Promise<readonly Wrong[]> {
  const wrong: Wrong[] = [];
  for (const each of cases) {
    const { title, metric, curves, album, logits, absent, temperature, corners, tied } = each;
    const answer = evaluateTfjs(await folder.load(tfjsSource(each)), batchOf(each));
    const defined = () => defineLoss(metric, curves, album, logits, absent, temperature);
    const steepest = corners && looksAtNeighbours(metric) ? STEEP : LIMITS.gradient;
    const differences = [
      compared(title, 'float32', answer, kernelsOf(each)),
      ...(corners ? [] : [compared(`${title}, by definition`, 'float32', answer, defined())]),
    ];
    const fits = ({ value, gradient }: Wrong): boolean =>
      value <= LIMITS.value && (gradient <= steepest || (tied && Number.isFinite(gradient)));
    wrong.push(...differences.filter((difference) => !fits(difference)));
  }
  return wrong;
}
