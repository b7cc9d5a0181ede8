/** The part of JSON Schema that zod writes and messages are made of. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly items?: SchemaNode | boolean;
  readonly prefixItems?: readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: SchemaNode | boolean;
}

const ANYTHING = 'another value';

const STORED: readonly number[] = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, -(2 ** 31), 2 ** 31 - 1];

/** What a schema admits, in words: "a whole number from 1 to 1000", "one of "zero", "skip"". */
export function describeSchema(node: SchemaNode): string {
  const alternatives = node.anyOf ?? node.oneOf;
  if (alternatives !== undefined) return [...new Set(alternatives.map(describeSchema))].join(', or ');
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum !== undefined) return `one of ${node.enum.map((value) => JSON.stringify(value)).join(', ')}`;
  switch (node.type) {
    case 'integer':
      return `a whole number${range(node)}`;
    case 'number':
      return `a number${range(node)}`;
    case 'string':
      return (node.minLength ?? 0) > 0 ? 'text that is not empty' : 'text';
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    case 'array':
      return describeList(node);
    case 'object':
      return describeObject(node);
    default:
      return ANYTHING;
  }
}

/** The objects that a schema admits: itself, alternatives, what a list holds. */
export function objectsOf(node: SchemaNode): readonly SchemaNode[] {
  const alternatives = node.anyOf ?? node.oneOf;
  if (alternatives !== undefined) return alternatives.flatMap(objectsOf);
  if (typeof node.items === 'object') return objectsOf(node.items);
  return node.properties === undefined ? [] : [node];
}

/** The schemas that apply to the value at `path`: several where the schema has alternatives, none where it knows no such path. */
export function schemasAt(node: SchemaNode, path: readonly PropertyKey[]): readonly SchemaNode[] {
  const [head, ...rest] = path;
  const alternatives = node.anyOf ?? node.oneOf;
  if (alternatives !== undefined && head !== undefined) return alternatives.flatMap((each) => schemasAt(each, path));
  if (head === undefined) return [node];
  const child = typeof head === 'number' ? itemAt(node, head) : fieldAt(node, String(head));
  return child === undefined ? [] : schemasAt(child, rest);
}

/** The property names that the schema knows at `path`. */
export function namesAt(node: SchemaNode, path: readonly PropertyKey[]): readonly string[] {
  return schemasAt(node, path)
    .flatMap((each) => [each, ...(each.anyOf ?? each.oneOf ?? [])])
    .flatMap((each) => Object.keys(each.properties ?? {}));
}

function itemAt(node: SchemaNode, index: number): SchemaNode | undefined {
  const item = node.prefixItems?.[index] ?? node.items;
  return typeof item === 'object' ? item : undefined;
}

function fieldAt({ properties = {}, additionalProperties: others }: SchemaNode, name: string): SchemaNode | undefined {
  if (Object.hasOwn(properties, name)) return properties[name];
  return typeof others === 'object' ? others : undefined;
}

function describeObject(node: SchemaNode): string {
  const required = node.required ?? [];
  const { additionalProperties: values, properties } = node;
  if (properties === undefined && typeof values === 'object') return `an object${each(values)}`;
  return required.length === 0 ? 'an object' : `an object with ${required.map((name) => `"${name}"`).join(', ')}`;
}

function describeList(node: SchemaNode): string {
  const { minItems: min, maxItems: max } = node;
  const item = node.prefixItems?.[0] ?? node.items;
  const of = typeof item === 'object' ? each(item) : '';
  if (min !== undefined && min === max) return `a list of ${min} values${of}`;
  if (min !== undefined && min > 0)
    return `a list of at least ${min}${max === undefined ? '' : ` and at most ${max}`}${of}`;
  if (max !== undefined) return `a list of at most ${max}${of}`;
  return `a list${of}`;
}

/** What each part of a list or an object is; nothing where that may be anything. */
function each(part: SchemaNode): string {
  const words = describeSchema(part);
  return words === ANYTHING ? '' : `, each ${words}`;
}

function range(node: SchemaNode): string {
  // zod bounds every integer by what a double, or 32 bits, hold exactly; that is no range that a person chose.
  const min = STORED.includes(node.minimum ?? 0) ? undefined : node.minimum;
  const max = STORED.includes(node.maximum ?? 0) ? undefined : node.maximum;
  const { exclusiveMinimum: above, exclusiveMaximum: below } = node;
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  const parts: string[] = [];
  if (min !== undefined) parts.push(`at least ${min}`);
  if (above !== undefined) parts.push(`above ${above}`);
  if (max !== undefined) parts.push(`at most ${max}`);
  if (below !== undefined) parts.push(`below ${below}`);
  return parts.length === 0 ? '' : ` ${parts.join(' and ')}`;
}
