import type { MaskExpression, RegionExpression, SumExpression } from '@auto-seg-loss/formula';
import { type Disc, type Distance, isDisc } from '@auto-seg-loss/kernel';
import type { Program } from '../trace/program.ts';
import { atom, type Code } from './code.ts';
import { Names } from './names.ts';
import type { Call, Helper, Syntax } from './syntax.ts';
import { Variables } from './variables.ts';
import type { WrittenFormula } from './write-formula.ts';

/** Writes each expression once: what is used again gets a variable. */
export class SumsWriter {
  readonly #program: Program;
  readonly #syntax: Syntax;
  readonly #call: Call;
  readonly #curves: readonly string[];
  readonly #helpers: Set<Helper>;
  readonly #names: Names;
  readonly #variables: Variables;

  constructor(program: Program, syntax: Syntax, call: Call, curves: readonly string[], helpers: Set<Helper>) {
    this.#helpers = helpers;
    this.#program = program;
    this.#syntax = syntax;
    this.#call = call;
    this.#curves = curves;
    this.#names = new Names([...syntax.reserved, 'prediction', 'label', 'valid'], (words) => syntax.variable(words));
    this.#variables = new Variables(syntax, this.#names);
  }

  write(): WrittenFormula['sums'] {
    const { sums } = this.#program;
    const names = sums.map(({ name }) => this.#names.take(name, 'sum'));
    for (const { expression } of sums) {
      this.#count(expression.mask);
      this.#countRegion(counted(expression));
    }
    const byKey = new Map<string, string>();
    sums.forEach(({ expression }, index) => {
      const name = names[index] as string;
      const known = byKey.get(expression.key);
      byKey.set(expression.key, known ?? name);
      const value = this.#variables.within(name, () => (known === undefined ? this.#sum(expression) : atom(known)));
      this.#variables.assign(name, value);
    });
    return { statements: this.#variables.statements, names };
  }

  #count(mask: MaskExpression): void {
    if (this.#variables.count(mask.key)) for (const input of inputsOf(mask)) this.#count(input);
  }

  #countRegion(region: RegionExpression | undefined): void {
    if (region === undefined || !this.#variables.count(region.key)) return;
    if (region.op === 'any-class') this.#count(region.a);
    if (region.op !== 'within') return;
    this.#countRegion(region.a);
    this.#countRegion(region.b);
  }

  #sum(expression: SumExpression): Code {
    const region = counted(expression);
    const helper: Helper = expression.of === 'image' ? 'sum of images' : 'sum';
    const mask = this.#mask(expression.mask, true);
    const operands = region === undefined ? [mask] : [mask, this.#region(region)];
    return this.#variables.fit(operands, (fitting) => this.#call(helper, ...fitting), [
      this.#describe(expression.mask),
    ]);
  }

  /** @param outermost whether it is what a sum is taken of, which has a name already. */
  #mask(mask: MaskExpression, outermost = false): Code {
    if (mask.op === 'prediction' || mask.op === 'label') return atom(this.#syntax.variable([mask.op]));
    return this.#variables.of(
      mask.key,
      () => this.#describe(mask),
      () => this.#write(mask),
      // Operations have names: the author's.
      !outermost && (mask.op === 'and' || mask.op === 'or'),
    );
  }

  #write(mask: MaskExpression): Code {
    const { times, minus } = this.#syntax;
    switch (mask.op) {
      case 'prediction':
      case 'label':
        return this.#mask(mask);
      case 'and':
        if (this.#syntax.andLabel !== undefined && isOfLabel(mask)) {
          this.#helpers.add('curve');
          return this.#syntax.andLabel(atom(this.#curves[mask.curveA as number] as string));
        }
        return this.#pair(mask, this.#relaxed(mask.a, mask.curveA), this.#relaxed(mask.b, mask.curveB), times);
      case 'or':
        return this.#pair(mask, this.#relaxed(mask.a, mask.curveA), this.#relaxed(mask.b, mask.curveB), (a, b) =>
          this.#call('or', a, b),
        );
      case 'minus':
        return this.#pair(mask, this.#mask(mask.a), this.#mask(mask.b), minus);
      case 'times':
        return this.#pair(mask, this.#mask(mask.a), this.#mask(mask.b), times);
      case 'edge':
        return this.#call('edge', this.#mask(mask.a));
      case 'erode': {
        const outside = this.#syntax.number(mask.outside);
        const { radius } = mask;
        return isDisc(radius)
          ? this.#call('erode disc', this.#mask(mask.a), outside, ...this.#disc(radius))
          : this.#call('erode', this.#mask(mask.a), this.#distance(radius), outside);
      }
      case 'dilate': {
        const { tolerance } = mask;
        return isDisc(tolerance)
          ? this.#call('dilate disc', this.#mask(mask.a), ...this.#disc(tolerance))
          : this.#call('dilate', this.#mask(mask.a), this.#distance(tolerance));
      }
    }
  }

  /** Of both inputs of a mask, which have names where there is no room for them. */
  #pair(
    mask: Extract<MaskExpression, { b: MaskExpression }>,
    a: Code,
    b: Code,
    compose: (a: Code, b: Code) => Code,
  ): Code {
    const relaxed = (input: MaskExpression, slot?: number): string => {
      const name = this.#describe(input);
      return slot === undefined ? name : short(`relaxed ${name}`, 'relaxed mask');
    };
    const [slotA, slotB] = 'curveA' in mask ? [mask.curveA, mask.curveB] : [];
    const names = [relaxed(mask.a, slotA), relaxed(mask.b, slotB)];
    return this.#variables.fit([a, b], ([x = a, y = b]) => compose(x, y), names);
  }

  #relaxed(mask: MaskExpression, slot: number | undefined): Code {
    const value = this.#mask(mask);
    if (slot === undefined) return value;
    const curve = atom(this.#curves[slot] as string);
    return this.#variables.fit([value], ([fitting = value]) => this.#call('curve', fitting, curve), [
      this.#describe(mask),
    ]);
  }

  #distance(distance: Distance): Code {
    if (typeof distance === 'number') return this.#syntax.number(distance);
    return this.#call('pixels', this.#syntax.number(distance.diagonal), atom(this.#syntax.variable(['prediction'])));
  }

  /** The radius, and the spacing where it is not that of pixels. */
  #disc({ disc, spacing = [1, 1] }: Disc): readonly Code[] {
    const [row, column] = spacing;
    return (row === 1 && column === 1 ? [disc] : [disc, row, column]).map((each) => this.#syntax.number(each));
  }

  #region(region: RegionExpression): Code {
    switch (region.op) {
      case 'valid':
        return atom(this.#syntax.variable(['valid']));
      case 'everywhere':
        throw new TypeError('a region of all pixels is left out');
      case 'any-class':
        return this.#variables.of(
          region.key,
          () => `near ${region.a.op}`,
          () => this.#call('any class', this.#mask(region.a), this.#syntax.flag(region.withoutBackground)),
        );
      case 'within':
        return this.#variables.of(
          region.key,
          () => 'counted',
          () => {
            const parts = [region.a, region.b]
              .filter((part) => part.op !== 'everywhere')
              .map((part) => this.#region(part));
            return parts.reduce((a, b) => this.#syntax.times(a, b));
          },
        );
    }
  }

  /** A name for a variable, of the author's where it has one. */
  #describe(mask: MaskExpression): string {
    switch (mask.op) {
      case 'prediction':
      case 'label':
        return mask.op;
      case 'and':
      case 'or': {
        const slot = this.#program.curves[mask.curveA ?? mask.curveB ?? -1];
        if (slot === undefined) return mask.op;
        // One of several metrics has that one's name before it.
        const name = slot.name.replace(/\.[ab]$/, '');
        return name.length + 8 <= LONGEST ? name : name.slice(name.lastIndexOf('.') + 1);
      }
      case 'minus':
        return short(`${this.#describe(mask.a)} without ${this.#describe(mask.b)}`, 'difference');
      case 'times':
        return 'product';
      case 'edge':
        return short(`edge of ${this.#describe(mask.a)}`, 'edge');
      case 'erode':
        return short(`eroded ${this.#describe(mask.a)}`, 'eroded mask');
      case 'dilate':
        return short(`dilated ${this.#describe(mask.a)}`, 'dilated mask');
    }
  }
}

/** Columns of a description; what it is of may have names of any length. */
const LONGEST = 36;

function short(description: string, otherwise: string): string {
  return description.length <= LONGEST ? description : otherwise;
}

function inputsOf(mask: MaskExpression): readonly MaskExpression[] {
  if ('b' in mask) return [mask.a, mask.b];
  return 'a' in mask ? [mask.a] : [];
}

/** Whether a mask is the AND of the prediction, through a curve, with the label. */
function isOfLabel({ a, b, curveA }: Extract<MaskExpression, { op: 'and' | 'or' }>): boolean {
  return a.op === 'prediction' && b.op === 'label' && curveA !== undefined;
}

/** The pixels that a sum must be told to count: undefined where that is all of them, or all that the mask has. */
function counted({ mask, region }: SumExpression): RegionExpression | undefined {
  return isEverywhere(region) || (region.op === 'valid' && isInLabel(mask)) ? undefined : region;
}

function isEverywhere(region: RegionExpression): boolean {
  return region.op === 'everywhere' || (region.op === 'within' && isEverywhere(region.a) && isEverywhere(region.b));
}

/** Whether a mask is 0 wherever the label is, and so at ignored pixels. */
function isInLabel(mask: MaskExpression): boolean {
  switch (mask.op) {
    case 'label':
      return true;
    case 'and':
    case 'times':
      return isInLabel(mask.a) || isInLabel(mask.b);
    case 'edge':
    case 'erode':
      return isInLabel(mask.a);
    case 'or':
    case 'minus':
      return isInLabel(mask.a) && isInLabel(mask.b);
    case 'prediction':
    case 'dilate':
      return false;
  }
}
