import type { Problem } from '@auto-seg-loss/kernel';
import { z } from 'zod';
import { describeSchema, namesAt, type SchemaNode, schemasAt } from './describe-schema.ts';
import { didYouMean } from './nearest-name.ts';
import { showValue } from './show-value.ts';

/** A value that passed, or everything that is wrong with it. */
export type Checked<T> = { readonly value: T } | { readonly problems: readonly Problem[] };

/**
 * Checks a value against a zod schema and says all that is wrong in our words.
 * @param path where the value stands in its file, such as `searcher`; '' for the whole file.
 */
export function checkSchema<T>(schema: z.ZodType<T>, input: unknown, path = ''): Checked<T> {
  const result = schema.safeParse(input);
  if (result.success) return { value: result.data };
  const node = inputSchema(schema);
  const problems = result.error.issues.slice(0, MOST_PROBLEMS).flatMap((issue) => problemsOf(issue, node, input, path));
  return { problems: atMost(problems, result.error.issues.length) };
}

/** More than anybody reads. */
const MOST_PROBLEMS = 50;

function atMost(problems: readonly Problem[], issues: number): readonly Problem[] {
  const more = problems.length - MOST_PROBLEMS + Math.max(0, issues - MOST_PROBLEMS);
  if (more <= 0) return problems;
  const rest = { where: 'and so on', expected: 'no more problems', received: `${more} more` };
  return [...problems.slice(0, MOST_PROBLEMS), rest];
}

/** The JSON Schema of what a person writes (defaults not yet filled in). */
export function inputSchema(schema: z.ZodType): SchemaNode {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as SchemaNode;
}

function problemsOf(issue: z.core.$ZodIssue, schema: SchemaNode, input: unknown, prefix: string): readonly Problem[] {
  if (issue.code === 'unrecognized_keys') {
    const known = namesAt(schema, issue.path);
    return issue.keys
      .slice(0, MOST_PROBLEMS + 1)
      .map((key) => unknownName(showPath(prefix, [...issue.path, key]), key, known));
  }
  const received = showValue(valueAt(input, issue.path));
  return [{ where: showPath(prefix, issue.path) || 'the file', expected: expectedBy(issue, schema), received }];
}

/** The problem of a name that nothing reads. */
export function unknownName(where: string, name: string, known: readonly string[]): Problem {
  const remedy = didYouMean(name, known);
  const expected = known.length === 0 ? 'nothing here' : `one of ${known.join(', ')}`;
  return { where, expected, received: `the unknown name "${name}"`, ...(remedy === undefined ? {} : { remedy }) };
}

function expectedBy(issue: z.core.$ZodIssue, schema: SchemaNode): string {
  // A refinement's message is written as what it wants: "min not above max".
  if (issue.code === 'custom') return issue.message;
  const nodes = schemasAt(schema, issue.path);
  const words = [...new Set(nodes.map(describeSchema))].join(', or ');
  return words === '' || words === 'another value' ? issue.message : words;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[key];
  }
  return value;
}

/** `searcher.rounds`, `constraints[1].use`. */
export function showPath(prefix: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, prefix);
}
