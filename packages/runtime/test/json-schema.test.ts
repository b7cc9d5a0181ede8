import { readFile } from 'node:fs/promises';
import { configJsonSchema } from '@auto-seg-loss/runtime';
import { describe, expect, test } from 'vitest';

interface Node {
  readonly properties: Readonly<Record<string, Node>>;
  readonly oneOf: readonly (Node & { readonly const?: string })[];
  readonly items: Node;
  readonly default?: unknown;
  readonly description?: string;
  readonly type?: string;
}

const written = async (): Promise<Node> =>
  JSON.parse(await readFile(new URL('../../config/asl.schema.json', import.meta.url), 'utf8')) as Node;

describe('the JSON Schema for editors', () => {
  test('is current; if not: npm run build && npm run schema -w @auto-seg-loss/runtime', async () => {
    expect(await written()).toEqual(JSON.parse(JSON.stringify(await configJsonSchema())));
  });

  test('describes every field, and gives defaults', async () => {
    const undescribed = (node: Node, path: string): string[] =>
      Object.entries(node.properties ?? {}).flatMap(([name, child]) => [
        ...(child.description === undefined ? [`${path}${name}`] : []),
        ...undescribed(child, `${path}${name}.`),
      ]);
    const schema = await written();
    expect(undescribed(schema, '')).toEqual([]);
    expect(schema.properties.seed).toMatchObject({ default: 1, type: 'integer' });
  });

  test('knows the options of the plugins that come with it', async () => {
    const { properties } = await written();
    const bezier = properties.surrogate?.oneOf.find(
      (node) =>
        node.properties?.use?.toString() !== undefined &&
        JSON.stringify(node).includes('"bezier"') &&
        node.type === 'object',
    );
    expect(bezier?.properties.pieces).toMatchObject({ type: 'integer', minimum: 1, maximum: 16, default: 2 });
    expect(properties.constraints?.items.oneOf.map((node) => node.const)).toContain('monotonicity');
  });

  test('knows what is inside of an option', async () => {
    const { properties } = await written();
    const folder = properties.dataset?.oneOf.find(
      ({ properties: own }) => own?.train?.properties !== undefined && own.root !== undefined,
    );
    for (const split of ['train', 'val']) {
      expect(folder?.properties[split]?.properties.list).toMatchObject({
        type: 'string',
        description: expect.any(String),
      });
    }
  });
});
