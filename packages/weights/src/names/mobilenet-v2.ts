import { convolutionUnit, type Layout, type LayoutTensor, type UnitNames } from './layout.ts';

/** Stages of inverted residual blocks (Sandler et al. 2018, table 2): expansion, channels, blocks. */
const STAGES = [
  [1, 16, 1],
  [6, 24, 2],
  [6, 32, 3],
  [6, 64, 4],
  [6, 96, 3],
  [6, 160, 3],
  [6, 320, 1],
] as const;

const STEM = 32;
const HEAD = 1280;

/** The tensors of MobileNetV2 in torchvision's names; the last 1×1 convolution is the classifier's: mmseg does without. */
export function mobileNetV2Layout(): Layout {
  const tensors: LayoutTensor[] = [
    ...unit(
      { torchvision: ['features.0.0', 'features.0.1'], timm: ['conv_stem', 'bn1'], mmseg: ['conv1.conv', 'conv1.bn'] },
      [STEM, 3, 3, 3],
    ),
  ];
  let input = STEM;
  let position = 1;
  for (const [stage, [expansion, width, blocks]] of STAGES.entries()) {
    for (let block = 0; block < blocks; block++) {
      const places = {
        torchvision: `features.${position++}.conv`,
        timm: `blocks.${stage}.${block}`,
        mmseg: `layer${stage + 1}.${block}.conv`,
      };
      tensors.push(...blockTensors(places, input, expansion, width));
      input = width;
    }
  }
  const head: UnitNames = {
    torchvision: [`features.${position}.0`, `features.${position}.1`],
    timm: ['conv_head', 'bn2'],
    mmseg: ['conv2.conv', 'conv2.bn'],
  };
  tensors.push(...convolutionUnit(head, 'torchvision', [HEAD, input, 1, 1], true));
  return { backbone: 'mobilenet-v2', deepStem: false, tensors };
}

function unit(names: UnitNames, shape: readonly number[]): readonly LayoutTensor[] {
  return convolutionUnit(names, 'torchvision', shape);
}

interface Places {
  readonly torchvision: string;
  readonly timm: string;
  readonly mmseg: string;
}

/** To more channels, over pixels in each channel, and to fewer; the first block does not widen. */
function blockTensors(
  { torchvision, timm, mmseg }: Places,
  input: number,
  expansion: number,
  output: number,
): readonly LayoutTensor[] {
  const middle = input * expansion;
  const widens = expansion !== 1;
  const names = (index: number, last: boolean, convolution: string): UnitNames => ({
    torchvision: last
      ? [`${torchvision}.${index}`, `${torchvision}.${index + 1}`]
      : [`${torchvision}.${index}.0`, `${torchvision}.${index}.1`],
    timm: [`${timm}.${convolution}`, `${timm}.bn${index + 1}`],
    mmseg: [`${mmseg}.${index}.conv`, `${mmseg}.${index}.bn`],
  });
  const first = widens ? 1 : 0;
  return [
    ...(widens ? unit(names(0, false, 'conv_pw'), [middle, input, 1, 1]) : []),
    ...unit(names(first, false, 'conv_dw'), [middle, 1, 3, 3]),
    ...unit(names(first + 1, true, widens ? 'conv_pwl' : 'conv_pw'), [output, middle, 1, 1]),
  ];
}
