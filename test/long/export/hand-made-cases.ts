import { traceFormula } from '@auto-seg-loss/export';
import { type LossFormula, Random } from '@auto-seg-loss/kernel';
import type { Loss } from '@auto-seg-loss/ops';
import { plainFormula } from '../../../packages/export/src/plain/plain-formula.ts';
import { classWeights, handMadeLosses, makeHandMade } from '../../../packages/export/test/hand-made-losses.ts';
import { isValid } from '../../../packages/testing/src/pictures/picture.ts';
import { type Batch, batches, drawBatch, labelsOf, shapeOf } from './cases.ts';
import type { Defined } from './definition.ts';

/** A hand-made loss and a batch. */
export interface HandMadeCase extends Batch {
  readonly name: string;
  readonly loss: Loss;
}

/** Every hand-made loss that has a formula under its options, with three batches each, all of them in turn. */
export async function handMadeCases(): Promise<readonly HandMadeCase[]> {
  const cases: HandMadeCase[] = [];
  for (const [l, [name, options]] of handMadeLosses.entries()) {
    const loss = await makeHandMade(name, options);
    const fitting = batches.filter(({ classes }) => !('classWeights' in options) || classes === classWeights.length);
    for (let b = 0; b < 3; b++) {
      const batch = fitting[(3 * l + b) % fitting.length] as (typeof fitting)[number];
      const title = `${name} ${JSON.stringify(options)}, ${batch.title}`;
      cases.push({ title, name, loss, tied: false, ...drawBatch(batch, Random.fromSeed(title)) });
    }
  }
  return cases;
}

/** Of the differences, in units of a logit. */
const STEP = 1e-2;

/** The formula in plain loops; its slopes by differences over three steps, extrapolated: the error is of their sixth power. */
export function defineHandMade(each: HandMadeCase): Defined {
  const labels = labelsOf(each);
  const gradient = new Float64Array(each.logits.length);
  if (!labels.some(isValid)) return { value: 0, gradient };
  const program = traceFormula(each.name, each.loss.formula as LossFormula);
  const logits = Float64Array.from(each.logits);
  const loss = (): number => plainFormula(program, { shape: shapeOf(each), logits, labels }).value;
  const over = (index: number, step: number): number => {
    const from = logits[index] as number;
    logits[index] = from + step;
    const above = loss();
    logits[index] = from - step;
    const below = loss();
    logits[index] = from;
    return (above - below) / (2 * step);
  };
  for (let i = 0; i < logits.length; i++) {
    const [wide, half, quarter] = [over(i, STEP), over(i, STEP / 2), over(i, STEP / 4)];
    const [first, second] = [(4 * half - wide) / 3, (4 * quarter - half) / 3];
    gradient[i] = (16 * second - first) / 15;
  }
  return { value: loss(), gradient };
}
