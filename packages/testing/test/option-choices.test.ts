import { definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { lawsOf } from '../src/laws-of.ts';
import { optionChoices } from '../src/variants.ts';

const pluginWith = (options: z.ZodType, example?: Record<string, unknown>): Plugin<'constraint'> =>
  definePlugin({
    kind: 'constraint',
    name: 'mine',
    summary: 'For tests',
    options,
    ...(example === undefined ? {} : { example }),
    create: () => ({ name: 'mine', pin: () => undefined, project: (y) => y, lift: (y) => y, check: () => [] }),
  });

const changes = (options: z.ZodType, given?: Record<string, unknown>) =>
  optionChoices(pluginWith(options), given).map(({ changed }) => changed);

describe('the options that laws are tried with', () => {
  test('are the defaults first, then each other value alone, then several together', () => {
    const tried = changes(
      z.strictObject({
        mode: z.enum(['a', 'b', 'c']).default('a'),
        flag: z.boolean().default(true),
        count: z.int().min(1).max(9).default(4),
      }),
    );
    expect(tried[0]).toEqual({});
    const alone = [{ mode: 'b' }, { mode: 'c' }, { flag: false }, { count: 1 }, { count: 5 }];
    expect(tried).toEqual(expect.arrayContaining(alone));
    expect(tried.slice(1, 6).every((changed) => Object.keys(changed).length === 1)).toBe(true);
    expect(tried.filter((changed) => Object.keys(changed).length > 1).length).toBeGreaterThanOrEqual(4);
    expect(new Set(tried.map((changed) => JSON.stringify(changed))).size).toBe(tried.length);
  });

  test('are only those that the schema accepts', () => {
    const schema = z
      .strictObject({ low: z.number().min(0).default(1), high: z.number().min(0).default(1) })
      .refine(({ low, high }) => low + high > 0, 'not both 0');
    for (const { options } of optionChoices(pluginWith(schema))) expect(schema.safeParse(options).success).toBe(true);
    expect(changes(schema)).not.toContainEqual({ low: 0, high: 0 });
  });

  test('leave what is given as it is', () => {
    const schema = z.strictObject({ mode: z.enum(['a', 'b']).default('a'), flag: z.boolean().default(true) });
    expect(optionChoices(pluginWith(schema), { mode: 'b' }).map(({ options }) => options)).toEqual([
      { mode: 'b' },
      { mode: 'b', flag: false },
    ]);
  });

  test('begin with the example where an option has no default; without one there are none', async () => {
    const schema = z.strictObject({ root: z.string(), flag: z.boolean().default(true) });
    expect(optionChoices(pluginWith(schema, { root: 'here' })).map(({ options }) => options)).toEqual([
      { root: 'here' },
      { root: 'here', flag: false },
    ]);
    expect(optionChoices(pluginWith(schema))).toEqual([]);
    expect(await lawsOf(pluginWith(schema))).toEqual({ untried: expect.stringContaining('without a default') });
  });

  test('a plugin without options is tried once', () => {
    expect(changes(z.strictObject({}))).toEqual([{}]);
  });
});
