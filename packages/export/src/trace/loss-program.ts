import type { LossAlgebra, LossFormula, LossValue } from '@auto-seg-loss/kernel';

/** A hand-made loss after its dry run. Equal nodes are one object. */
export interface LossProgram {
  readonly name: string;
  /** One number, [1, 1, 1, 1]. */
  readonly value: LossNode;
  /** How many classes the loss is tied to; undefined for any. */
  readonly classes: number | undefined;
}

/** What the formula starts from. */
export type LossInput = 'probability' | 'logProbability' | 'label' | 'valid' | 'classes';

export type LossNode =
  | { readonly op: 'input'; readonly key: string; readonly input: LossInput }
  | { readonly op: 'number'; readonly key: string; readonly value: number }
  | {
      readonly op: 'per class';
      readonly key: string;
      readonly values: readonly number[];
    }
  | {
      readonly op: 'plus' | 'minus' | 'times' | 'divide';
      readonly key: string;
      readonly a: LossNode;
      readonly b: LossNode;
    }
  | {
      readonly op: 'at least' | 'power';
      readonly key: string;
      readonly a: LossNode;
      readonly value: number;
    }
  | {
      readonly op: LossReduction | 'log' | 'positive';
      readonly key: string;
      readonly a: LossNode;
    }
  | {
      readonly op: 'named';
      readonly key: string;
      readonly a: LossNode;
      readonly name: string;
    };

export type LossReduction = 'sum over classes' | 'sum over pixels' | 'sum over image' | 'sum over images';

/** Runs a loss's formula once, without data. */
export function traceFormula(name: string, formula: LossFormula): LossProgram {
  const known = new Map<string, LossNode>();
  let classes: number | undefined;
  const open = (value: LossValue): LossNode => value as unknown as LossNode;
  /** @param text what the node is, its parts by their keys; equal for equal nodes. */
  const make = (text: string, node: (key: string) => LossNode): LossValue => {
    const made = known.get(text) ?? node(String(known.size));
    known.set(text, made);
    return made as unknown as LossValue;
  };
  const input = (which: LossInput): LossValue => make(which, (key) => ({ op: 'input', key, input: which }));
  const binary =
    (op: 'plus' | 'minus' | 'times' | 'divide') =>
    (first: LossValue, second: LossValue): LossValue => {
      const [a, b] = [open(first), open(second)];
      return isSame(op, a, b) ? first : make(`${op} ${a.key} ${b.key}`, (key) => ({ op, key, a, b }));
    };
  const limited =
    (op: 'at least' | 'power') =>
    (of: LossValue, value: number): LossValue => {
      const a = open(of);
      return make(`${op} ${a.key} ${value}`, (key) => ({ op, key, a, value }));
    };
  const unary =
    (op: LossReduction | 'log' | 'positive') =>
    (of: LossValue): LossValue => {
      const a = open(of);
      return make(`${op} ${a.key}`, (key) => ({ op, key, a }));
    };
  const algebra: LossAlgebra = {
    probability: input('probability'),
    logProbability: input('logProbability'),
    label: input('label'),
    valid: input('valid'),
    classes: input('classes'),
    number: (value) => make(`number ${value}`, (key) => ({ op: 'number', key, value })),
    perClass: (values) => {
      classes = values.length;
      return make(`per class ${values.join(' ')}`, (key) => ({
        op: 'per class',
        key,
        values,
      }));
    },
    plus: binary('plus'),
    minus: binary('minus'),
    times: binary('times'),
    divide: binary('divide'),
    atLeast: limited('at least'),
    power: limited('power'),
    log: unary('log'),
    aboveZero: unary('positive'),
    sumOverClasses: unary('sum over classes'),
    sumOverPixels: (value, of) => unary(of === 'batch' ? 'sum over pixels' : 'sum over image')(value),
    sumOverImages: unary('sum over images'),
    named: (name, of) => {
      const a = open(of);
      return a.op === 'input' || a.op === 'named'
        ? of
        : make(`named ${a.key}`, (key) => ({ op: 'named', key, a, name }));
    },
  };
  return { name, value: open(formula(algebra)), classes };
}

/** Whether an operation leaves its first operand as it is: options that are off are not in the source. */
function isSame(op: 'plus' | 'minus' | 'times' | 'divide', a: LossNode, b: LossNode): boolean {
  const nothing = op === 'plus' || op === 'minus' ? 0 : 1;
  return b.op === 'number' && b.value === nothing && a.op !== 'number';
}
