/** The encoders whose tensors are known by name. */
export const BACKBONE_NAMES = [
  'resnet18',
  'resnet34',
  'resnet50',
  'resnet101',
  'mobilenet-v2',
  'efficientnet-lite0',
] as const;

export type BackboneName = (typeof BACKBONE_NAMES)[number];

/** Whose names a file has: torchvision's, timm's, mmseg's, or those of the network's original. */
export type Naming = 'torchvision' | 'timm' | 'mmseg' | 'original';

/** A tensor that a backbone has. */
export interface LayoutTensor {
  /** torchvision's name; where torchvision has no such network, as said at the layout. */
  readonly name: string;
  /** In PyTorch's layout. */
  readonly shape: readonly number[];
  /** The last 1×1 convolution, which only classifiers need: it is known, and not taken. */
  readonly classifiers: boolean;
  /** What each naming calls it. */
  readonly names: Readonly<Partial<Record<Naming, string>>>;
}

/** All tensors of a backbone up to its classifier, with the names that they go by. */
export interface Layout {
  readonly backbone: BackboneName;
  /** Three convolutions of 3×3 in place of one of 7×7, in ResNets. */
  readonly deepStem: boolean;
  readonly tensors: readonly LayoutTensor[];
}

/** A convolution and the batch norm after it, by the names that each naming has for the two. */
export type UnitNames = Readonly<Partial<Record<Naming, readonly [convolution: string, batchNorm: string]>>>;

const STATISTICS = ['weight', 'bias', 'running_mean', 'running_var'];

/**
 * The tensors of a convolution without bias and of the batch norm after it.
 * @param canonical the naming that `name` is of. @param shape of the convolution's weight.
 */
export function convolutionUnit(
  names: UnitNames,
  canonical: Naming,
  shape: readonly number[],
  classifiers = false,
): readonly LayoutTensor[] {
  const tensor = (part: 0 | 1, suffix: string, size: readonly number[]): LayoutTensor => {
    const named = Object.fromEntries(
      Object.entries(names).map(([naming, pair]) => [naming, `${pair[part]}.${suffix}`]),
    ) as LayoutTensor['names'];
    return { name: named[canonical] ?? suffix, shape: size, classifiers, names: named };
  };
  return [tensor(0, 'weight', shape), ...STATISTICS.map((statistic) => tensor(1, statistic, shape.slice(0, 1)))];
}

/** How a backbone is called in messages. */
export function titleOf({ backbone, deepStem }: Pick<Layout, 'backbone' | 'deepStem'>): string {
  return deepStem ? `${backbone} with a deep stem` : backbone;
}
