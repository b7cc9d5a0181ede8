import { atom, type Code, operand } from '../source/code.ts';
import type { Syntax } from '../source/syntax.ts';

/** Keywords, and what the files of all Python frameworks call by its bare name. */
const RESERVED = [
  ...'False None True and as assert async await break class continue def del elif else except finally for from global'.split(
    ' ',
  ),
  ...'if import in is lambda nonlocal not or pass raise return try while with yield match case type'.split(' '),
  ...'abs all any bool dict float int isinstance len list max min range round set slice str sum tuple zip print'.split(
    ' ',
  ),
  ...'torch nn F jax jnp lax keras ops functools math np numpy logits target labels self'.split(' '),
  ...'EPSILON NARROW STEEPEST TINY CASES OF_IMAGES check MODELS DeepSupervisionWrapper nnUNetTrainer'.split(' '),
];

/** Python with operators, which its tensor libraries overload, and helpers that begin with an underscore. */
export const pythonSyntax: Syntax = {
  reserved: RESERVED,
  variable: (words) => words.join('_'),
  constant: (words) => words.join('_').toUpperCase(),
  number: (value) => atom(pythonNumber(value)),
  list: (values) => atom(`[${values.map(({ text }) => text).join(', ')}]`),
  flag: (value) => atom(value ? 'True' : 'False'),
  plus: (a, b) => ({ text: `${operand(a, 'sum')} + ${operand(b, 'product')}`, binds: 'sum' }),
  minus: (a, b) => ({ text: `${operand(a, 'sum')} - ${operand(b, 'product')}`, binds: 'sum' }),
  times: (a, b) => ({ text: `${operand(a, 'product')} * ${operand(b, 'atom')}`, binds: 'product' }),
  call: (helper, parameters) => atom(`${helperName(helper)}(${parameters.map(({ text }: Code) => text).join(', ')})`),
  assignment: (name, { text }) => `${name} = ${text}`,
};

/** `any class` → `_any_class`; Python keywords are no trouble behind an underscore. */
export function helperName(helper: string): string {
  return `_${helper.replaceAll(' ', '_')}`;
}

/** Reads back as the same float64. */
export function pythonNumber(value: number): string {
  return String(value);
}

/** Statements of a block, indented; some have several lines. */
export function indented(lines: readonly string[], levels = 1): string {
  return lines
    .flatMap((each) => each.split('\n'))
    .map((line) => (line === '' ? '' : `${'    '.repeat(levels)}${line}`))
    .join('\n');
}

/** On one line where there is room for it, else one element a line, as formatters have it. @param width columns. */
export function pythonTuple(elements: readonly string[], width: number): string {
  const line = elements.length === 1 ? `(${elements[0]},)` : `(${elements.join(', ')})`;
  return line.length <= width ? line : ['(', ...elements.map((each) => `    ${each},`), ')'].join('\n');
}
