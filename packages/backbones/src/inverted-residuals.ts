import { addBranches } from '@auto-seg-loss/ops';
import type { Backbone, OutputStride } from './backbone.ts';
import { dilatedStages, type StageSteps } from './dilated-stages.ts';
import { inTurn, type Layer, type Layers } from './layers.ts';

/** Blocks of one width. */
export interface Group {
  /** Side of the filters of each channel. */
  readonly size: 3 | 5;
  /** How many times wider a block is inside. */
  readonly expansion: 1 | 6;
  readonly channels: number;
  readonly blocks: number;
  /** Of the first block. */
  readonly stride: 1 | 2;
}

/** Names of a convolution without bias and the batch norm after it. */
export type UnitNames = readonly [convolution: string, norm: string];

/** What the layers of a block are named, without the number of those before them. */
export interface BlockNames {
  readonly expand: UnitNames;
  readonly depthwise: UnitNames;
  readonly project: UnitNames;
}

export interface InvertedResiduals {
  readonly stem: UnitNames;
  /** @param index of the block, from 0. */
  readonly block: (index: number, group: Group) => BlockNames;
  /** Seven; features are taken after the second, third, fifth and seventh. */
  readonly groups: readonly Group[];
}

const STEM = 32;

/**
 * An encoder of inverted residual blocks (Sandler et al., CVPR 2018): wider inside, where each channel is convolved by itself, and
 * joined at their narrow ends.
 */
export function invertedResiduals(kind: InvertedResiduals, layers: Layers, outputStride: OutputStride): Backbone {
  const steps = dilatedStages(
    kind.groups.map(({ stride }) => stride),
    2,
    outputStride,
  );
  const stem = inTurn([
    layers.convolution(kind.stem[0], { from: 3, to: STEM, size: 3, stride: 2, constantInput: true }),
    layers.norm(kind.stem[1], STEM, 6),
  ]);
  let from = STEM;
  let index = 0;
  const groups = kind.groups.map((group, position): Layer => {
    const { stride, firstDilation, dilation } = steps[position] as StageSteps;
    const chain = Array.from({ length: group.blocks }, (_, place): Layer => {
      const first = place === 0;
      const shape = { from, stride: first ? stride : 1, dilation: first ? firstDilation : dilation };
      from = group.channels;
      return block(layers, kind.block(index++, group), group, shape);
    });
    return inTurn(chain);
  });
  const stages = [groups.slice(0, 2), groups.slice(2, 3), groups.slice(3, 5), groups.slice(5)].map(inTurn) as [
    Layer,
    Layer,
    Layer,
    Layer,
  ];
  return {
    channels: [1, 2, 4, 6].map((last) => (kind.groups[last] as Group).channels) as [number, number, number, number],
    forward: (images, training) => {
      const first = stages[0](stem(images, training), training);
      const second = stages[1](first, training);
      const third = stages[2](second, training);
      return [first, second, third, stages[3](third, training)];
    },
  };
}

function block(
  layers: Layers,
  names: BlockNames,
  { size, expansion, channels }: Group,
  { from, stride, dilation }: { readonly from: number; readonly stride: number; readonly dilation: number },
): Layer {
  const inside = from * expansion;
  const widen =
    expansion === 1
      ? []
      : [layers.convolution(names.expand[0], { from, to: inside, size: 1 }), layers.norm(names.expand[1], inside, 6)];
  const branch = inTurn([
    ...widen,
    layers.depthwise(names.depthwise[0], { channels: inside, size, stride, dilation }),
    layers.norm(names.depthwise[1], inside, 6),
    layers.convolution(names.project[0], { from: inside, to: channels, size: 1 }),
    layers.norm(names.project[1], channels, false),
  ]);
  // Blocks that step, or would if they did not dilate, are those that change the width.
  if (from !== channels) return branch;
  return (input, training) => addBranches(input, branch(input, training));
}
