import type { Backbone } from './backbone.ts';
import type { BackboneOptions } from './backbone-options.ts';
import { efficientNetLite0 } from './efficientnet-lite0.ts';
import type { Layers } from './layers.ts';
import { mobileNetV2 } from './mobilenet-v2.ts';
import { resnet } from './resnet.ts';

/** What TensorFlow's EfficientNets have. */
const EFFICIENTNET_NORM = { momentum: 0.01, epsilon: 1e-3 } as const;

/** Makes an encoder. @param layers where its variables go. */
export function makeBackbone(options: BackboneOptions, layers: Layers): Backbone {
  const { backbone, outputStride, deepStem, normMomentum } = options;
  const norm = backbone === 'efficientnet-lite0' ? EFFICIENTNET_NORM : PYTORCH_NORM;
  const own = layers.within('', { norm: { ...norm, momentum: normMomentum ?? norm.momentum } });
  switch (backbone) {
    case 'mobilenet-v2':
      return mobileNetV2(own, outputStride);
    case 'efficientnet-lite0':
      return efficientNetLite0(own.within('', { padding: 'same' }), outputStride);
    default:
      return resnet(backbone, own, outputStride, deepStem);
  }
}

const PYTORCH_NORM = { momentum: 0.1, epsilon: 1e-5 } as const;
