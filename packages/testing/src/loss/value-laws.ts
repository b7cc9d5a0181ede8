import { isAslError } from '@auto-seg-loss/kernel';
import type { Loss } from '@auto-seg-loss/ops';
import { cast, memory, reshape, type Tensor3D, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { type Law, law } from '../law/law.ts';
import { demand } from '../law/law-broken.ts';
import { perfect } from '../pictures/picture.ts';
import { type Batch, batchOf, mildSoftness, type Softness, upload } from '../tensors/batch.ts';
import { evaluateLoss, movedValue, SINGLE, slopeFits } from '../tensors/loss-gradient.ts';
import type { Variant } from '../variants.ts';
import { type LossInput, lossInputs, showLossInput as show } from './loss-input.ts';

const SURE: Softness = { confidence: 10, noise: 0, seed: 0 };

/** What holds of every loss. */
export function valueLaws(variants: readonly Variant<Loss>[]): readonly Law[] {
  const inputs = lossInputs(variants);
  return [
    law<LossInput>({
      name: 'finite',
      statement: 'Value and gradient are finite, for flat and for saturated predictions.',
      inputs,
      show,
      holds: ({ variant: { product }, album, soft }) => {
        const { value, gradient } = evaluateLoss(product, batchOf(album, soft));
        demand(Number.isFinite(value), `the loss is ${value}`);
        const wrong = gradient.findIndex((slope) => !Number.isFinite(slope));
        demand(wrong < 0, `the gradient by logit ${wrong} is ${gradient[wrong]}`);
      },
    }),
    law<LossInput>({
      name: 'scale',
      statement: 'Three times the loss has three times the gradient.',
      share: 0.5,
      inputs,
      show,
      holds: ({ variant: { product }, album, soft }) => {
        const batch = batchOf(album, soft);
        const [once, thrice] = [evaluateLoss(product, batch), evaluateLoss(product, batch, 3)];
        for (const [index, slope] of once.gradient.entries()) {
          const other = thrice.gradient[index] as number;
          const same = Math.abs(other - 3 * slope) <= 1e-5 * Math.max(1, Math.abs(3 * slope));
          demand(same, `slope ${index} is ${slope}, and ${other} of three times the loss`);
        }
      },
    }),
    law<LossInput>({
      name: 'repeatable',
      statement: 'The same batch gives the same bits.',
      share: 0.3,
      inputs,
      show,
      holds: ({ variant: { product }, album, soft }) => {
        const batch = batchOf(album, soft);
        const [first, second] = [evaluateLoss(product, batch), evaluateLoss(product, batch)];
        demand(Object.is(first.value, second.value), `the loss is ${first.value}, then ${second.value}`);
        const differs = first.gradient.findIndex((slope, index) => !Object.is(slope, second.gradient[index]));
        demand(differs < 0, `slope ${differs} is ${first.gradient[differs]}, then ${second.gradient[differs]}`);
      },
    }),
    law<LossInput>({
      name: 'tensors',
      statement: 'It leaves one tensor, its value: a scalar.',
      share: 0.3,
      inputs,
      show,
      holds: ({ variant: { product }, album, soft }) => {
        const { logits, labels } = upload(batchOf(album, soft));
        const before = memory().numTensors;
        const value = product.value(logits, labels);
        const [left, { shape }] = [memory().numTensors - before, value];
        for (const tensor of [value, logits, labels]) tensor.dispose();
        demand(left === 1, `it leaves ${left} tensors`);
        demand(shape.length === 0, `its value has the shape [${shape.join(', ')}]`);
      },
    }),
    law<LossInput>({
      name: 'refuses',
      statement: 'Arguments of another rank, type or size are refused by name.',
      share: 0.1,
      inputs,
      show,
      holds: ({ variant: { product }, album, soft }) => {
        for (const [argument, value] of wrongArguments(product, batchOf(album, soft))) {
          const refused = tidy(() => refusal(value));
          demand(refused.includes(argument), `wrong ${argument}: ${refused}`);
        }
      },
    }),
  ];
}

/** What holds of hand-made losses, which judge each answer. */
export function answerLaws(variants: readonly Variant<Loss>[]): readonly Law[] {
  return [
    law<LossInput>({
      name: 'slope',
      statement: 'The gradient is that of differences of the value.',
      share: 0.5,
      inputs: lossInputs(variants, { sides: [1, 7], classes: [2, 4], pictures: [1, 2] }, mildSoftness),
      show,
      holds: ({ variant: { product }, album, soft }) => {
        const batch = batchOf(album, soft);
        const { gradient } = evaluateLoss(product, batch);
        fc.pre(slopeFits(gradient, movedValue(product, batch), SINGLE, soft.seed));
      },
    }),
    law<LossInput>({
      name: 'right-answer',
      statement: 'A sure right answer everywhere costs less than one with wrong pixels; under other options, no more.',
      inputs: lossInputs(variants, { classes: [2, 5] }),
      show,
      holds: ({ variant, album }) => {
        const { product } = variant;
        const wrong = batchOf(album, SURE);
        const right = batchOf(
          perfect(album, (prediction) => prediction),
          SURE,
        );
        fc.pre(wrong.logits.some((value, i) => value !== right.logits[i]));
        const [better, worse] = [evaluateLoss(product, right).value, evaluateLoss(product, wrong).value];
        // Options may take errors of one sort for free, as a Tversky loss with β = 0 does.
        const strictly = variant === variants[0];
        const ok = strictly ? better < worse : better <= worse + 1e-6;
        demand(ok, `the right answer costs ${better}, the other ${worse}`);
      },
    }),
  ];
}

type Call = () => unknown;

function wrongArguments(loss: Loss, batch: Batch): readonly (readonly [argument: string, call: Call])[] {
  const [n, h, w, c] = batch.shape;
  const calls = (change: (logits: Tensor4D, labels: Tensor3D) => unknown): Call => {
    return () => {
      const { logits, labels } = upload(batch);
      return change(logits, labels);
    };
  };
  const value = (x: unknown, y: unknown): unknown => loss.value(x as Tensor4D, y as Tensor3D);
  return [
    ['logits', calls((x, y) => value(reshape(x, [n * h, w, c]), y))],
    ['logits', calls((x, y) => value(cast(x, 'int32'), y))],
    ['labels', calls((x, y) => value(x, reshape(y, [n, h * w])))],
    ['labels', calls((x, y) => value(x, reshape(y, [n, 1, h * w, 1])))],
    ['labels', calls((x, y) => value(x, cast(y, 'float32')))],
  ];
}

/** The message of an AslError, or what else came of a call. */
function refusal(call: Call): string {
  try {
    call();
    return 'accepted';
  } catch (error) {
    return isAslError(error) && error.code === 'ASL_ARGUMENT_INVALID' ? error.message : `it throws ${String(error)}`;
  }
}
