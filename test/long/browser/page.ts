import { type LossFunction, openLoss } from '@auto-seg-loss/loss';
import { openScorer } from '@auto-seg-loss/score';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

/** What the page is asked to compute. */
export interface Question {
  readonly backend: string;
  /** The content of a loss file. */
  readonly loss: unknown;
  /** The address of an exported file, which is asked in the loss file's place. */
  readonly exported?: string;
  /** [n, h, w, c]. */
  readonly shape: readonly [number, number, number, number];
  readonly logits: readonly number[];
  readonly labels: readonly number[];
}

export interface Answer {
  readonly backend: string;
  readonly value: number;
  readonly gradient: readonly number[];
  /** mIoU of the first image's largest logits, without tensors. */
  readonly miou: number | null;
}

/** What exported files find under the name of TensorFlow.js. */
export * from '@tensorflow/tfjs-core';

async function exportedLoss(address: string): Promise<LossFunction> {
  const module = (await import(/* @vite-ignore */ address)) as { exportedLoss: LossFunction };
  return module.exportedLoss;
}

/** A program of a stranger's, in a browser. */
async function answer({ backend, loss: json, exported, shape, logits, labels }: Question): Promise<Answer> {
  setWasmPaths('/wasm/');
  await tf.setBackend(backend);
  await tf.ready();
  const loss = exported === undefined ? openLoss(json) : await exportedLoss(exported);
  const [n, height, width, classes] = shape;
  const x = tf.tensor4d([...logits], [...shape]);
  const y = tf.tensor3d([...labels], [n, height, width], 'int32');
  const gradient = tf.grad((each: tf.Tensor) => loss(each as tf.Tensor4D, y))(x);
  const prediction = tf.argMax(x, -1).dataSync() as Int32Array;
  const scorer = openScorer({ metrics: ['miou'], classes });
  const pixels = height * width;
  scorer.add(prediction.slice(0, pixels), Int32Array.from(labels).slice(0, pixels), { width, height });
  return {
    backend: tf.getBackend(),
    value: (await loss(x, y).data())[0] as number,
    gradient: Array.from(await gradient.data()),
    miou: scorer.results().miou?.value ?? null,
  };
}

Object.assign(globalThis, { answer });
