import { javascriptNumber } from '../javascript/javascript-text.ts';
import { atom } from '../source/code.ts';
import type { LossHelper, LossSyntax } from '../source/write-loss.ts';
import type { LossInput } from '../trace/loss-program.ts';
import { tfjsSyntax } from './tfjs-syntax.ts';

const INPUTS: Readonly<Record<LossInput, string>> = {
  probability: 'prediction',
  logProbability: 'logPrediction',
  label: 'label',
  valid: 'valid',
  classes: 'label.shape[3]',
};

/**
 * Most are an operation of TensorFlow.js, which stands there itself. Pixels are added up row by row: on WebAssembly a sum of many
 * numbers loses digits.
 */
const HELPERS: Readonly<Record<LossHelper, (parameters: string) => string>> = {
  'per class': (parameters) => `perClass(${parameters})`,
  'sum over classes': (values) => `tf.sum(${values}, 3, true)`,
  'sum over pixels': (values) => `tf.sum(tf.sum(${values}, 2, true), [0, 1], true)`,
  'sum over image': (values) => `tf.sum(tf.sum(${values}, 2, true), 1, true)`,
  'sum over images': (values) => `tf.sum(${values}, 0, true)`,
  'at least': (parameters) => `tf.maximum(${parameters})`,
  power: (parameters) => `tf.pow(${parameters})`,
  logarithm: (values) => `tf.log(${values})`,
  positive: (values) => `tf.step(${values})`,
};

/** TensorFlow.js for hand-made losses: everything has four axes. */
export const tfjsLossSyntax: LossSyntax = {
  ...tfjsSyntax,
  reserved: [...tfjsSyntax.reserved, 'perClass'],
  divide: (a, b) => atom(`tf.div(${a.text}, ${b.text})`),
  input: (input) => atom(INPUTS[input]),
  numbers: (values) => atom(`[${values.map(javascriptNumber).join(', ')}]`),
  helper: (helper, parameters) => atom(HELPERS[helper](parameters.map(({ text }) => text).join(', '))),
};

/** Stands in files whose loss has weights for classes. */
export const tfjsPerClass = `/** A number for each class: [1, 1, 1, C]. */
function perClass(values, label) {
  if (values.length !== label.shape[3]) throw new Error(\`the loss is for \${values.length} classes\`);
  return tf.tensor4d(values, [1, 1, 1, values.length]);
}`;
