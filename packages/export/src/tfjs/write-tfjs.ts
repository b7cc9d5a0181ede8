import type { ExportedLoss, HandMadeTerm } from '../exported-loss.ts';
import { comment, javascriptNumber, statementLines } from '../javascript/javascript-text.ts';
import { atom, type Code } from '../source/code.ts';
import { helperTexts, isPlanar } from '../source/helpers.ts';
import { Names } from '../source/names.ts';
import { type WrittenLoss, writeLoss } from '../source/write-loss.ts';
import { type WrittenTerms, writeTerms } from '../source/write-terms.ts';
import type { NamedPieces } from '../trace/program.ts';
import { tfjsCases } from './tfjs-cases.ts';
import { tfjsAndLabel, tfjsCurveLimits, tfjsHelpers, tfjsSlide, tfjsSoftmax, tfjsWindows } from './tfjs-helpers.ts';
import { tfjsLossSyntax, tfjsPerClass } from './tfjs-loss.ts';
import { tfjsSyntax } from './tfjs-syntax.ts';

/** What a loss cannot be called: what the file binds, the variables of its check, and what a module is taken for a promise by. */
export const TFJS_NAMES: readonly string[] = [
  ...tfjsLossSyntax.reserved,
  ...'modules module index shape value gradient target lossOf x found received slopes largest slope i off at run program then'.split(
    ' ',
  ),
];

/** A hand-made loss of the sum, with the name of the function that holds it. */
interface OwnTerm {
  readonly weight: number;
  readonly loss: string;
  readonly functionName: string;
  readonly formula: WrittenLoss;
}

/** A loss as an ES module that needs TensorFlow.js alone: a function of logits [N, H, W, C] and labels [N, H, W]. */
export function writeTfjs({ name, header, terms, handMade = [], cases }: ExportedLoss): string {
  const written = writeTerms(terms, tfjsSyntax, [name, ...tfjsLossSyntax.reserved], handMade.length > 0);
  const own = ownTerms(name, handMade);
  const formulas = [
    ...written.terms.flatMap(({ metric, sumsName, scoreName, formula: { sums, score } }) => [
      `${comment(`Sums of ${metric} for each class: [1, C] of the batch, or [N, C] of its images.`)}
function ${sumsName}(prediction, label, valid) {
${block([...sums.statements, `return [${sums.names.join(', ')}];`])}
}`,
      `${comment(`${metric} of soft predictions, in [0, 1].`)}
${statementLines(`function ${scoreName}(${sums.names.join(', ')}) {`, 0)}
${block([...score.statements, `return ${score.result};`])}
}`,
    ]),
    ...own.map(
      ({ loss, functionName, formula }) => `${comment(`${loss}. Masks are [N, H, W, C], valid is [N, H, W, 1].`)}
function ${functionName}(prediction, logPrediction, label, valid) {
${block([...formula.statements, `return tf.sum(${formula.result.text});`])}
}`,
    ),
  ];
  const has = (call: string): boolean => formulas.some((formula) => formula.includes(`${call}(`));
  const texts = helperTexts(tfjsHelpers, written.helpers);
  const helpers = [
    tfjsSoftmax,
    ...(has('andLabel') ? [tfjsAndLabel] : []),
    ...(texts.some((text) => text.includes('windows(')) ? [tfjsWindows] : []),
    ...(isPlanar(written.helpers) ? [tfjsSlide] : []),
    ...texts,
    ...(has('perClass') ? [tfjsPerClass] : []),
  ];
  const constants = [
    ...(helpers.some((helper) => helper.includes('EPSILON'))
      ? ['const EPSILON = 1e-8; // added to denominators, or the least of them']
      : []),
    ...(written.curves.length === 0
      ? []
      : [
          [
            '// Curves in place of the identity: Bezier pieces, each by start, handle and end.',
            ...written.curves.map(({ constant, curve }) => curveConstant(constant, curve)),
          ].join('\n'),
          tfjsCurveLimits,
        ]),
  ];
  return `${[
    header.map((line) => `// ${line}`.trimEnd()).join('\n'),
    "import * as tf from '@tensorflow/tfjs-core';",
    ...constants,
    lossFunction(name, written, own),
    ...formulas,
    ...helpers,
    tfjsCases(cases),
    selfCheck(name),
  ].join('\n\n')}\n`;
}

function ownTerms(name: string, handMade: readonly HandMadeTerm[]): readonly OwnTerm[] {
  const functions = new Names([...tfjsLossSyntax.reserved, name], tfjsLossSyntax.variable);
  return handMade.map(({ weight, program }) => ({
    weight,
    loss: program.name,
    functionName: functions.take(`${program.name} term`),
    formula: writeLoss(program, tfjsLossSyntax),
  }));
}

function block(statements: readonly string[]): string {
  return statements.map((statement) => statementLines(statement, 1)).join('\n');
}

/** A curve as a constant: its pieces, each by start, handle and end. */
function curveConstant(constant: string, { pieces }: NamedPieces): string {
  const point = (x: number, y: number): string => `[${javascriptNumber(x)}, ${javascriptNumber(y)}]`;
  const rows = pieces.map(({ x0, y0, x1, y1, x2, y2 }) => `[${point(x0, y0)}, ${point(x1, y1)}, ${point(x2, y2)}]`);
  return statementLines(`const ${constant} = [${rows.join(', ')}];`, 0);
}

function lossFunction(name: string, { terms, predictions }: WrittenTerms, own: readonly OwnTerm[]): string {
  const { number, plus, minus, times } = tfjsSyntax;
  const softmaxes = predictions.map(({ name: variable, temperature }) => {
    const of = temperature === 1 ? 'logits' : `tf.div(logits, ${javascriptNumber(temperature)})`;
    return `    const ${variable} = softmax(${of});`;
  });
  const losses = [
    ...terms.map(({ weight, sumsName, scoreName, prediction }) => ({
      weight,
      value: minus(number(1), atom(`${scoreName}(...${sumsName}(${prediction}, label, valid))`)),
    })),
    ...own.map(({ weight, functionName }) => ({
      weight,
      value: atom(`${functionName}(prediction, logPrediction, label, tf.expandDims(valid, 3))`),
    })),
  ];
  const weighted = losses.map(({ weight, value }): Code => (weight === 1 ? value : times(number(weight), value)));
  const loss = weighted.reduce((a, b) => plus(a, b));
  return `/**
 * The loss, differentiable by the logits: for tf.grad and optimizer.minimize.
 *
 * @param {tf.Tensor4D} logits [N, H, W, C], not normalised
 * @param {tf.Tensor3D} labels [N, H, W] int32: classes
 * @param {{ ignoreLabel?: number }} [options] pixels of it, or outside [0, C), do not count
 * @returns {tf.Scalar} 0 where no pixel counts
 */
export function ${name}(logits, labels, { ignoreLabel = 255 } = {}) {
  const [n, h, w, classes] = logits.shape;
  if (logits.rank !== 4 || \`\${labels.shape}\` !== \`\${[n, h, w]}\`) {
    const received = \`[\${logits.shape}] and [\${labels.shape}]\`;
    throw new Error(\`expected logits [N, H, W, C] and labels [N, H, W], received \${received}\`);
  }
  if (classes < 2) throw new Error(\`expected logits of at least 2 classes, received \${classes}\`);
  if (logits.dtype !== 'float32' || labels.dtype !== 'int32') {
    const received = \`\${logits.dtype} and \${labels.dtype}\`;
    throw new Error(\`expected logits of float32 and labels of int32, received \${received}\`);
  }
  return tf.tidy(() => {
    const inside = tf.logicalAnd(tf.greaterEqual(labels, 0), tf.less(labels, classes));
    const counted = tf.logicalAnd(inside, tf.notEqual(labels, ignoreLabel));
    const valid = tf.cast(counted, 'float32');
    const ofClass = tf.equal(tf.expandDims(labels, 3), tf.range(0, classes, 1, 'int32'));
    const label = tf.mul(tf.cast(ofClass, 'float32'), tf.expandDims(valid, 3));
${softmaxes.join('\n')}${own.length === 0 ? '' : '\n    const logPrediction = tf.logSoftmax(logits);'}
${statementLines(`const loss = ${loss.text};`, 2)}
    return tf.mul(loss, tf.max(valid));
  });
}`;
}

function selfCheck(name: string): string {
  return `/** Compares with what Auto Seg-Loss computes, on the best backend of those in \`modules\`. */
async function check(modules) {
  for (const module of ['@tensorflow/tfjs', ...modules]) {
    await import(/* @vite-ignore */ /* webpackIgnore: true */ module);
  }
  await tf.ready();
  for (const [index, { shape, logits, labels, value, gradient }] of CASES.entries()) {
    const target = tf.tensor3d(labels, shape.slice(0, 3), 'int32');
    const lossOf = (x) => ${name}(x, target);
    const found = tf.valueAndGrad(lossOf)(tf.tensor4d(logits, shape));
    const [received] = await found.value.data();
    const slopes = await found.grad.data();
    const largest = Math.max(1e-8, ...gradient.map(Math.abs));
    const off = Math.max(...gradient.map((slope, i) => Math.abs(slopes[i] - slope))) / largest;
    const at = \`case \${index + 1}: \`;
    if (!(Math.abs(received - value) < 1e-5)) throw new Error(\`\${at}\${received} for \${value}\`);
    if (!(off < 1e-3)) throw new Error(\`\${at}the gradient differs by \${off}\`);
  }
  console.log(\`\${CASES.length} cases agree\`);
}

// Where node runs this file itself, not where it is imported or bundled. Arguments are backends to
// check: node loss.mjs @tensorflow/tfjs-backend-wasm
const { argv = [] } = globalThis.process ?? {};
if (import.meta.main ?? (argv.length > 1 && argv[1] === import.meta.filename)) {
  const run = import(/* @vite-ignore */ /* webpackIgnore: true */ import.meta.url);
  run.then((program) => program.${name} === ${name} && check(argv.slice(2)));
}`;
}
