import { type BackboneName, convolutionUnit, type Layout, type LayoutTensor } from './layout.ts';

type ResNetName = Extract<BackboneName, `resnet${number}`>;

/** Blocks in each of the four stages, and how much wider a block's output is than its middle. */
const STAGES: Readonly<Record<ResNetName, { readonly blocks: readonly number[]; readonly expansion: 1 | 4 }>> = {
  resnet18: { blocks: [2, 2, 2, 2], expansion: 1 },
  resnet34: { blocks: [3, 4, 6, 3], expansion: 1 },
  resnet50: { blocks: [3, 4, 6, 3], expansion: 4 },
  resnet101: { blocks: [3, 4, 23, 3], expansion: 4 },
};

const WIDTH = 64;

/**
 * The tensors of a ResNet in torchvision's names, which timm and mmseg use too; those of a deep stem, which torchvision does not
 * have, in timm's (`conv1.0`, as in resnet50c); mmseg (ResNetV1c) calls them `stem.0`.
 */
export function resnetLayout(backbone: ResNetName, deepStem: boolean): Layout {
  const { blocks, expansion } = STAGES[backbone];
  const tensors: LayoutTensor[] = deepStem ? [...deepStemTensors()] : [...unit('conv1', 'bn1', [WIDTH, 3, 7, 7])];
  let input = WIDTH;
  for (const [stage, count] of blocks.entries()) {
    const width = WIDTH * 2 ** stage;
    for (let block = 0; block < count; block++) {
      tensors.push(...blockTensors(`layer${stage + 1}.${block}`, input, width, expansion, block === 0));
      input = width * expansion;
    }
  }
  return { backbone, deepStem, tensors };
}

function unit(convolution: string, batchNorm: string, shape: readonly number[]): readonly LayoutTensor[] {
  const names = [convolution, batchNorm] as const;
  return convolutionUnit({ torchvision: names, timm: names, mmseg: names }, 'torchvision', shape);
}

function deepStemTensors(): readonly LayoutTensor[] {
  const half = WIDTH / 2;
  const named = (timm: readonly [string, string], mmseg: readonly [string, string], shape: readonly number[]) =>
    convolutionUnit({ timm, mmseg }, 'timm', shape);
  return [
    ...named(['conv1.0', 'conv1.1'], ['stem.0', 'stem.1'], [half, 3, 3, 3]),
    ...named(['conv1.3', 'conv1.4'], ['stem.3', 'stem.4'], [half, half, 3, 3]),
    ...named(['conv1.6', 'bn1'], ['stem.6', 'stem.7'], [WIDTH, half, 3, 3]),
  ];
}

function blockTensors(
  name: string,
  input: number,
  width: number,
  expansion: 1 | 4,
  isFirst: boolean,
): readonly LayoutTensor[] {
  const output = width * expansion;
  const shapes =
    expansion === 4
      ? [
          [width, input, 1, 1],
          [width, width, 3, 3],
          [output, width, 1, 1],
        ]
      : [
          [width, input, 3, 3],
          [width, width, 3, 3],
        ];
  const convolutions = shapes.flatMap((shape, index) =>
    unit(`${name}.conv${index + 1}`, `${name}.bn${index + 1}`, shape),
  );
  const hasShortcut = isFirst && input !== output;
  const shortcut = hasShortcut ? unit(`${name}.downsample.0`, `${name}.downsample.1`, [output, input, 1, 1]) : [];
  return [...convolutions, ...shortcut];
}
