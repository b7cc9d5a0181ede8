import { type SchemaNode, schemasAt } from '@auto-seg-loss/schema';

/**
 * A value of the command line where a schema wants a list: `miou,gacc` is the list of both, `0.5` that of one. Where the
 * schema takes the value as it is, or a list is nothing that it takes, the value stays.
 * @param path where the value stands in what the schema is of.
 * @param parse reads a part of the text.
 */
export function asList(
  schema: SchemaNode,
  path: readonly string[],
  value: unknown,
  parse: (text: string) => unknown,
): unknown {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return value;
  const nodes = schemasAt(schema, path).flatMap(alternativesOf);
  const taken = nodes.some((node) => admits(node, value));
  if (taken || value === '' || !nodes.some(({ type }) => type === 'array')) return value;
  return String(value)
    .split(',')
    .map((part) => parse(part.trim()));
}

function alternativesOf(node: SchemaNode): readonly SchemaNode[] {
  const alternatives = node.anyOf ?? node.oneOf;
  return alternatives === undefined ? [node] : alternatives.flatMap(alternativesOf);
}

/** By type, or by the value where it must be a certain one. */
function admits(node: SchemaNode, value: string | number | boolean): boolean {
  if (node.const !== undefined) return node.const === value;
  if (node.enum !== undefined) return node.enum.includes(value);
  if (node.type === undefined) return true;
  return node.type === typeof value || (node.type === 'integer' && typeof value === 'number');
}
