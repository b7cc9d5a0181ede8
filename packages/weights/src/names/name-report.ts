import type { StateDict, WeightTensor } from '../state-dict.ts';
import type { BackboneName, Layout, Naming } from './layout.ts';

/**
 * Why a tensor of a file is none of the backbone's: the classifier, another head, a counter of batch norm's batches; within a
 * part of the backbone, which then is another one (ResNet-152 has all tensors of ResNet-101, and more); or not known.
 */
export type LeftOverKind = 'classifier' | 'head' | 'counter' | 'within' | 'unknown';

/** What a file's tensors are, taken as those of a backbone. */
export interface NameReport {
  readonly backbone: BackboneName;
  readonly deepStem: boolean;
  readonly naming: Naming;
  /** Other namings that call all of it the same. */
  readonly sameNamings: readonly Naming[];
  /** What stands before every name, as `backbone.`; may be empty. */
  readonly prefix: string;
  /** The file's names of what was taken. */
  readonly taken: readonly string[];
  /** The backbone's names of what is not there. */
  readonly missing: readonly string[];
  /** The file's names of what has another shape. */
  readonly mismatched: readonly {
    readonly name: string;
    readonly expected: readonly number[];
    readonly received: readonly number[];
  }[];
  readonly leftOver: readonly { readonly name: string; readonly kind: LeftOverKind }[];
}

/** A backbone's tensors, found in a file. */
export interface Matched {
  /** By the backbone's own names. */
  readonly stateDict: StateDict;
  readonly report: NameReport;
}

/** Takes the tensors of a backbone by the names that a naming has for them. */
export function matchNames(stateDict: StateDict, layout: Layout, naming: Naming, prefix: string): Matched {
  const found = new Map<string, WeightTensor>();
  const taken: string[] = [];
  const missing: string[] = [];
  const mismatched: NameReport['mismatched'][number][] = [];
  const classifiers = new Set<string>();
  for (const { name, shape, classifiers: isClassifiers, names } of layout.tensors) {
    const own = `${prefix}${names[naming] ?? name}`;
    const tensor = stateDict.get(own);
    if (isClassifiers) {
      classifiers.add(own);
    } else if (tensor === undefined) {
      missing.push(name);
    } else if (!isSameShape(tensor.shape, shape)) {
      mismatched.push({ name: own, expected: shape, received: tensor.shape });
    } else {
      found.set(name, tensor);
      taken.push(own);
    }
  }
  const used = new Set([...taken, ...mismatched.map(({ name }) => name)]);
  const parts = new Set(layout.tensors.map(({ name, names }) => partOf(names[naming] ?? name)));
  const leftOver = [...stateDict.keys()].flatMap((name) =>
    used.has(name) ? [] : [{ name, kind: classifiers.has(name) ? 'classifier' : kindOf(name, prefix, parts) }],
  );
  const { backbone, deepStem } = layout;
  return {
    stateDict: found,
    report: {
      ...{ backbone, deepStem, naming, sameNamings: sameNamings(layout, naming), prefix },
      ...{ taken, missing, mismatched, leftOver },
    },
  };
}

/** The namings that a layout has names in; of those that have the same names, the first. */
export function namingsOf(layout: Layout): readonly Naming[] {
  return allNamings(layout).filter(
    (naming) => !sameNamings(layout, naming).some((other) => isBefore(layout, other, naming)),
  );
}

function sameNamings(layout: Layout, naming: Naming): readonly Naming[] {
  const isSame = (other: Naming) => layout.tensors.every(({ names }) => names[other] === names[naming]);
  return allNamings(layout).filter((other) => other !== naming && isSame(other));
}

function allNamings({ tensors }: Layout): readonly Naming[] {
  return Object.keys(tensors[0]?.names ?? {}) as Naming[];
}

function isBefore(layout: Layout, one: Naming, other: Naming): boolean {
  return allNamings(layout).indexOf(one) < allNamings(layout).indexOf(other);
}

function isSameShape(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((size, axis) => size === other[axis]);
}

const COUNTER = /(?:^|\.)num_batches_tracked$/;
const CLASSIFIER = /^(?:fc|_fc|classifier|last_linear|head\.fc|head)\./;
const HEAD = /^(?:decode_head|auxiliary_head|aux_classifier|classifier|head|decoder|segmentation_head)\./;

function kindOf(name: string, prefix: string, parts: ReadonlySet<string>): LeftOverKind {
  if (COUNTER.test(name)) return 'counter';
  const within = name.startsWith(prefix) ? name.slice(prefix.length) : '';
  if (CLASSIFIER.test(within)) return 'classifier';
  if (parts.has(partOf(within))) return 'within';
  return HEAD.test(name) ? 'head' : 'unknown';
}

/** `layer1` of `layer1.0.conv1.weight`. */
function partOf(name: string): string {
  return name.split('.', 1)[0] ?? '';
}
