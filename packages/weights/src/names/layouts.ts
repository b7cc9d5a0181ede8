import { efficientNetLite0Layout } from './efficientnet-lite0.ts';
import type { BackboneName, Layout } from './layout.ts';
import { mobileNetV2Layout } from './mobilenet-v2.ts';
import { resnetLayout } from './resnet.ts';

const RESNETS = ['resnet18', 'resnet34', 'resnet50', 'resnet101'] as const;

/** Every backbone whose tensors are known, ResNets with either stem. */
export const LAYOUTS: readonly Layout[] = [
  ...RESNETS.flatMap((name) => [resnetLayout(name, false), resnetLayout(name, true)]),
  mobileNetV2Layout(),
  efficientNetLite0Layout(),
];

/** Undefined for a deep stem of what has only one kind. */
export function layoutOf(backbone: BackboneName, deepStem: boolean): Layout | undefined {
  return LAYOUTS.find((layout) => layout.backbone === backbone && layout.deepStem === deepStem);
}
