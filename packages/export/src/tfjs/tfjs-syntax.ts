import { camelCase, JAVASCRIPT_WORDS, javascriptNumber } from '../javascript/javascript-text.ts';
import { atom } from '../source/code.ts';
import type { Helper, Syntax } from '../source/syntax.ts';

/** What helpers are called: otherwise than the variables that hold what they give. */
const HELPER_NAMES: Readonly<Record<Helper, string>> = {
  curve: 'curve',
  or: 'or',
  erode: 'erode',
  dilate: 'dilate',
  disc: 'discWidths',
  'erode disc': 'erodeDisc',
  'dilate disc': 'dilateDisc',
  edge: 'edge',
  'any class': 'anyClass',
  sum: 'sum',
  'sum of images': 'sumOfImages',
  ratio: 'divide',
  'scale classes': 'scaleClasses',
  harmonic: 'harmonicMean',
  clamp: 'limit',
  'above zero': 'aboveZero',
  foreground: 'foreground',
  'any image': 'anyImage',
  mean: 'mean',
  'mean of images': 'meanOfImages',
  pixels: 'wholePixels',
};

/** TensorFlow.js with operations as functions: methods of tensors are only there where a program has registered them. */
export const tfjsSyntax: Syntax = {
  reserved: [
    ...JAVASCRIPT_WORDS,
    ...Object.values(HELPER_NAMES),
    ...'tf logits labels ignoreLabel andLabel softmax windows slide discExtreme solve heights slopes check argv'.split(
      ' ',
    ),
    ...'EPSILON NARROW STEEPEST ROUND_UP TINY CASES'.split(' '),
  ],
  variable: camelCase,
  constant: (words) => words.join('_').toUpperCase(),
  number: (value) => atom(javascriptNumber(value)),
  list: (values) => atom(`[${values.map(({ text }) => text).join(', ')}]`),
  flag: (value) => atom(String(value)),
  plus: (a, b) => atom(`tf.add(${a.text}, ${b.text})`),
  minus: (a, b) => atom(`tf.sub(${a.text}, ${b.text})`),
  times: (a, b) => atom(`tf.mul(${a.text}, ${b.text})`),
  call: (helper, parameters) => atom(`${HELPER_NAMES[helper]}(${parameters.map(({ text }) => text).join(', ')})`),
  assignment: (name, { text }) => `const ${name} = ${text};`,
  andLabel: ({ text }) => atom(`andLabel(prediction, label, ${text})`),
};
