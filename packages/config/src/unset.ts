import { type SchemaNode, schemasAt } from '@auto-seg-loss/schema';
import { isTree } from './merge.ts';

type Tree = Readonly<Record<string, unknown>>;

/**
 * Takes out what was unset: fields that are null and may not be. They are then as if nobody had said anything, so that
 * defaults apply. Where null is a value of the field, it stays; so it does under a name that the schema does not know.
 */
export function withoutUnset(schema: SchemaNode, value: Tree, path: readonly string[] = []): Tree {
  const kept = Object.entries(value).filter(([key, field]) => field !== null || mayBeNull(schema, [...path, key]));
  return Object.fromEntries(
    kept.map(([key, field]) => [key, isTree(field) ? withoutUnset(schema, field, [...path, key]) : field]),
  );
}

function mayBeNull(schema: SchemaNode, path: readonly string[]): boolean {
  const nodes = schemasAt(schema, path);
  return nodes.length === 0 || nodes.some(admitsNull);
}

function admitsNull(node: SchemaNode): boolean {
  const alternatives = node.anyOf ?? node.oneOf;
  if (alternatives !== undefined) return alternatives.some(admitsNull);
  if (node.type !== undefined) return node.type === 'null';
  return node.const === undefined && node.enum === undefined
    ? true
    : node.const === null || (node.enum ?? []).includes(null);
}
