import { Random } from '@auto-seg-loss/kernel';
import {
  type Architecture,
  gradients,
  type Network,
  tidyValue,
  trainingLogits,
  trainingLoss,
} from '@auto-seg-loss/ops';
import { memory, mul, type Scalar, slice, sum, type Tensor4D, tensor4d, tidy } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { demandSame } from '../law/demand-same.ts';
import { type Law, law } from '../law/law.ts';
import { demand } from '../law/law-broken.ts';
import { oneOf, showOptions, type Variant } from '../variants.ts';

interface Input {
  readonly variant: Variant<Architecture>;
  readonly classes: number;
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly seed: number;
}

function show({ variant, classes, images, height, width, seed }: Input): string {
  return [...showOptions(variant), `${images} images of ${height}×${width}, ${classes} classes, seed ${seed}`].join(
    '\n',
  );
}

/** Uniform noise, as normalised images have it. */
function imagesOf({ images, height, width, seed }: Input): Tensor4D {
  const random = Random.fromSeed(seed).split('images');
  const values = Float32Array.from({ length: images * height * width * 3 }, () => 4 * random.uniform() - 2);
  return tensor4d(values, [images, height, width, 3]);
}

/** Builds a network, hands it to `use`, and disposes it. */
function withNetwork<T>(input: Input, use: (network: Network) => T): T {
  const network = input.variant.product.build(input.classes, Random.fromSeed(input.seed));
  try {
    return use(network);
  } finally {
    network.dispose();
  }
}

const values = (network: Network): readonly Float32Array[] =>
  [...network.parameters, ...network.statistics].map(({ variable }) => new Float32Array(variable.dataSync()));

const firstDifference = (a: Float32Array, b: Float32Array, tolerance = 0): number =>
  a.findIndex((value, i) => !(Math.abs(value - (b[i] as number)) <= tolerance));

/** The laws of networks. @param variants a network with different options, at least one. Needs an open engine. */
export function networkLaws(variants: readonly Variant<Architecture>[]): readonly Law[] {
  const inputs: fc.Arbitrary<Input> = fc.record({
    variant: oneOf(variants),
    classes: fc.integer({ min: 1, max: 5 }),
    images: fc.integer({ min: 1, max: 2 }),
    height: fc.constantFrom(32, 33, 40, 64),
    width: fc.constantFrom(32, 48, 47),
    seed: fc.nat(1000),
  });
  const share = 0.06;
  return [
    law<Input>({
      name: 'logits',
      statement: 'It gives finite logits for each class, at the size of the images.',
      share: 2 * share,
      inputs,
      show,
      holds: (input) =>
        withNetwork(input, (network) => {
          for (const training of [true, false]) {
            const { shape, data } = tidyValue(() => {
              const logits = network.forward(imagesOf(input), training);
              return { shape: logits.shape, data: logits.dataSync() };
            });
            const expected = [input.images, input.height, input.width, input.classes];
            demand(
              String(shape) === String(expected),
              `the logits are [${shape.join(', ')}], not [${expected.join(', ')}]`,
            );
            demand(data.every(Number.isFinite), `a logit is ${data.find((value) => !Number.isFinite(value))}`);
          }
        }),
    }),
    law<Input>({
      name: 'seed',
      statement: 'The same seed builds the same network, another seed another one.',
      share,
      inputs,
      show,
      holds: (input) => {
        const [one, same, other] = [0, 0, 1].map((more) => withNetwork({ ...input, seed: input.seed + more }, values));
        demandSame(one, same, 'variables', ['in one network', 'in another of the same seed']);
        const differs = (one ?? []).some((tensor, i) => firstDifference(tensor, other?.[i] ?? new Float32Array()) >= 0);
        demand(differs, 'two seeds give the same network');
      },
    }),
    law<Input>({
      name: 'names',
      statement: 'Every variable has a name of its own.',
      share,
      inputs,
      show,
      holds: (input) =>
        withNetwork(input, ({ parameters, statistics }) => {
          const names = [...parameters, ...statistics].map(({ name }) => name);
          const twice = names.find((name, index) => names.indexOf(name) !== index);
          demand(twice === undefined, `two variables are named "${twice}"`);
        }),
    }),
    law<Input>({
      name: 'trained',
      statement: 'A gradient reaches every parameter.',
      share,
      // Of one image, features may be a single value for each channel: after batch norm nothing depends on it.
      inputs: inputs.map((input) => ({ ...input, images: 2 })),
      show,
      holds: (input) => {
        // A single unit may be dead under one seed.
        let missing = unreached(input);
        for (let more = 1; more < SEEDS && missing.length > 0; more++) {
          const others = unreached({ ...input, seed: input.seed + more });
          missing = missing.filter((name) => others.includes(name));
        }
        demand(missing.length === 0, `no gradient reaches ${missing.join(', ')}`);
      },
    }),
    law<Input>({
      name: 'statistics',
      statement: 'Training moves the statistics; evaluation changes nothing, and gives the same bits again.',
      share,
      inputs,
      show,
      holds: (input) =>
        withNetwork(input, (network) => {
          const before = values(network);
          const [first, second] = [0, 1].map(() =>
            tidyValue(() => network.forward(imagesOf(input), false).dataSync() as Float32Array),
          );
          demand(firstDifference(first as Float32Array, second as Float32Array) < 0, 'evaluated twice, logits differ');
          const unchanged = values(network).every(
            (tensor, i) => firstDifference(tensor, before[i] as Float32Array) < 0,
          );
          demand(unchanged, 'evaluation changed a variable');
          if (network.statistics.length === 0) return;
          tidy(() => void network.forward(imagesOf(input), true));
          const moved = values(network).some((tensor, i) => firstDifference(tensor, before[i] as Float32Array) >= 0);
          demand(moved, 'training moves no statistic');
        }),
    }),
    law<Input>({
      name: 'alone',
      statement: 'Evaluated, an image has the same logits whatever stands beside it in the batch.',
      share,
      inputs: inputs.map((input) => ({ ...input, images: 2 })),
      show,
      holds: (input) =>
        withNetwork(input, (network) => {
          const [together, alone] = tidyValue(() => {
            const images = imagesOf(input);
            const first = slice(images, [0, 0, 0, 0], [1, input.height, input.width, 3]);
            const both = network.forward(images, false).dataSync() as Float32Array;
            const one = network.forward(first, false).dataSync() as Float32Array;
            return [both.slice(0, one.length), one] as const;
          });
          const scale = Math.max(1, ...alone.map(Math.abs));
          const differs = firstDifference(alone, together, 1e-4 * scale);
          demand(differs < 0, `logit ${differs} is ${alone[differs]} alone, and ${together[differs]} in the batch`);
        }),
    }),
    law<Input>({
      name: 'halves',
      statement: 'A network that can be cut behind its encoder has the same logits in two halves, in training too.',
      share,
      inputs,
      show,
      holds: (input) =>
        withNetwork(input, (network) => {
          const { halves } = network;
          if (halves === undefined) return;
          const size = [input.height, input.width] as const;
          const [whole, cut] = tidyValue(() => {
            const images = imagesOf(input);
            const features = halves.encode(images);
            return [
              network.forward(images, false).dataSync() as Float32Array,
              halves.forward(features, size, false).dataSync() as Float32Array,
            ] as const;
          });
          demandSame(cut, whole, 'logits', ['in two halves', 'in one']);
          const [heads, one] = tidyValue(() => {
            const features = halves.encode(imagesOf(input));
            return [
              halves.trainingLogits(features, size).map(({ logits }) => logits.dataSync() as Float32Array),
              halves.forward(features, size, true).dataSync() as Float32Array,
            ] as const;
          });
          demandSame(heads[0], one, 'logits', ['the first that training has', 'those of forward in training']);
          const weights = tidyValue(() => trainingLogits(network, imagesOf(input)).map(({ weight }) => weight));
          const weightsCut = tidyValue(() =>
            halves.trainingLogits(halves.encode(imagesOf(input)), size).map(({ weight }) => weight),
          );
          demandSame(weightsCut, weights, 'weights of heads', ['in two halves', 'in one']);
        }),
    }),
    law<Input>({
      name: 'tensors',
      statement: 'A forward pass leaves its logits and nothing else; disposed, a network leaves nothing.',
      share,
      inputs,
      show,
      holds: (input) => {
        const images = imagesOf(input);
        const before = memory().numTensors;
        const left = withNetwork(input, (network) => {
          const built = memory().numTensors;
          const counts = [true, false].map((training) => {
            const logits = network.forward(images, training);
            const more = memory().numTensors - built;
            logits.dispose();
            return more;
          });
          return counts;
        });
        const after = memory().numTensors - before;
        images.dispose();
        demand(
          left.every((count) => count === 1),
          `a forward pass leaves ${left.join(' and ')} tensors`,
        );
        demand(after === 0, `disposed, it leaves ${after} tensors`);
      },
    }),
  ];
}

const SEEDS = 20;

/** The parameters that a random function of the logits has no gradient by. */
function unreached(input: Input): readonly string[] {
  const shape: [number, number, number, number] = [input.images, input.height, input.width, input.classes];
  const random = Random.fromSeed(input.seed).split('weights of logits');
  const size = shape.reduce((product, side) => product * side);
  const factors = Float32Array.from({ length: size }, () => random.normal());
  return withNetwork(input, (network) =>
    tidyValue(() => {
      const images = imagesOf(input);
      const weights = tensor4d(factors, shape);
      const objective = (): Scalar => trainingLoss(network, images, (logits): Scalar => sum(mul(logits, weights)));
      const variables = network.parameters.map(({ variable }) => variable);
      const { grads } = gradients(objective, variables);
      return network.parameters
        .filter(({ variable }) => grads[variable.name]?.dataSync().some((slope) => slope !== 0) !== true)
        .map(({ name }) => name);
    }),
  );
}
