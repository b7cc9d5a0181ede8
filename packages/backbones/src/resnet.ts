import { addBranches, maxPool } from '@auto-seg-loss/ops';
import type { Backbone, OutputStride } from './backbone.ts';
import { dilatedStages, type StageSteps } from './dilated-stages.ts';
import { inTurn, type Layer, type Layers } from './layers.ts';

export type ResNetName = 'resnet18' | 'resnet34' | 'resnet50' | 'resnet101';

/** Blocks in each stage; whether a block narrows its 3×3 convolution, to a quarter of its output. */
const KINDS: Readonly<Record<ResNetName, { readonly blocks: readonly number[]; readonly bottleneck: boolean }>> = {
  resnet18: { blocks: [2, 2, 2, 2], bottleneck: false },
  resnet34: { blocks: [3, 4, 6, 3], bottleneck: false },
  resnet50: { blocks: [3, 4, 6, 3], bottleneck: true },
  resnet101: { blocks: [3, 4, 23, 3], bottleneck: true },
};

const WIDTH = 64;

/**
 * ResNet (He et al., CVPR 2016) as torchvision has it (v1.5: the stride is in the 3×3 convolution), under its names.
 * @param deepStem three 3×3 convolutions in place of the first 7×7 one (timm's resnet50c and its names, mmsegmentation's ResNetV1c).
 */
export function resnet(name: ResNetName, layers: Layers, outputStride: OutputStride, deepStem: boolean): Backbone {
  const { blocks, bottleneck } = KINDS[name];
  const expansion = bottleneck ? 4 : 1;
  const stem = deepStem ? deepStemOf(layers) : plainStem(layers);
  const steps = dilatedStages([1, 2, 2, 2], 4, outputStride);
  let from = WIDTH;
  const stages = blocks.map((count, stage): Layer => {
    const width = WIDTH * 2 ** stage;
    const { stride, firstDilation, dilation } = steps[stage] as StageSteps;
    const chain = Array.from({ length: count }, (_, index): Layer => {
      const shape: BlockShape = {
        from,
        width,
        to: width * expansion,
        stride: index === 0 ? stride : 1,
        firstDilation: index === 0 ? firstDilation : dilation,
        dilation,
      };
      from = shape.to;
      return block(layers.within(`layer${stage + 1}.${index}.`), shape, bottleneck);
    });
    return inTurn(chain);
  }) as [Layer, Layer, Layer, Layer];
  return {
    channels: [1, 2, 4, 8].map((times) => WIDTH * times * expansion) as [number, number, number, number],
    forward: (images, training) => {
      const first = stages[0](maxPool(stem(images, training)), training);
      const second = stages[1](first, training);
      const third = stages[2](second, training);
      return [first, second, third, stages[3](third, training)];
    },
  };
}

function plainStem(layers: Layers): Layer {
  return inTurn([
    layers.convolution('conv1', { from: 3, to: WIDTH, size: 7, stride: 2, constantInput: true }),
    layers.norm('bn1', WIDTH, true),
  ]);
}

function deepStemOf(layers: Layers): Layer {
  const half = WIDTH / 2;
  return inTurn([
    layers.convolution('conv1.0', { from: 3, to: half, size: 3, stride: 2, constantInput: true }),
    layers.norm('conv1.1', half, true),
    layers.convolution('conv1.3', { from: half, to: half, size: 3 }),
    layers.norm('conv1.4', half, true),
    layers.convolution('conv1.6', { from: half, to: WIDTH, size: 3 }),
    layers.norm('bn1', WIDTH, true),
  ]);
}

interface BlockShape {
  readonly from: number;
  readonly width: number;
  readonly to: number;
  readonly stride: number;
  readonly firstDilation: number;
  readonly dilation: number;
}

function block(layers: Layers, shape: BlockShape, bottleneck: boolean): Layer {
  const { from, width, to, stride, firstDilation, dilation } = shape;
  const branch = bottleneck
    ? [
        layers.convolution('conv1', { from, to: width, size: 1 }),
        layers.norm('bn1', width, true),
        layers.convolution('conv2', { from: width, to: width, size: 3, stride, dilation: firstDilation }),
        layers.norm('bn2', width, true),
        layers.convolution('conv3', { from: width, to, size: 1 }),
        layers.norm('bn3', to, false),
      ]
    : [
        layers.convolution('conv1', { from, to, size: 3, stride, dilation: firstDilation }),
        layers.norm('bn1', to, true),
        layers.convolution('conv2', { from: to, to, size: 3, dilation }),
        layers.norm('bn2', to, false),
      ];
  const shortcut =
    from === to
      ? []
      : [layers.convolution('downsample.0', { from, to, size: 1, stride }), layers.norm('downsample.1', to, false)];
  const [along, across] = [inTurn(branch), inTurn(shortcut)];
  return (input, training) => addBranches(along(input, training), across(input, training), true);
}
