import { definePlugin, noOptions, PLUGIN_KINDS, type Plugin } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';

const pluginOf = (name: string): Plugin<'constraint', Record<string, never>> => ({
  kind: 'constraint',
  name,
  summary: 'for a test',
  options: noOptions,
  create: () => {
    throw new Error('never made');
  },
});

describe('definePlugin', () => {
  test.each(['a', 'miou', 'bf1', 'cma-es', 'boundary-iou-2', 'a-1-b', 'x2y'])('takes the name "%s"', (name) => {
    const plugin = pluginOf(name);
    expect(definePlugin(plugin)).toBe(plugin);
  });

  test.each(['', 'mIoU', 'Miou', '1up', '-miou', 'miou-', 'a--b', 'a b', ' miou', 'miou ', 'a_b', 'a-B', 'a.b', 'ü'])(
    'refuses the name "%s", and says where',
    (name) => {
      expect(() => definePlugin(pluginOf(name))).toThrow(
        expect.objectContaining({
          code: 'ASL_PLUGIN_INVALID',
          details: expect.objectContaining({
            where: "definePlugin({ kind: 'constraint' })",
            expected: expect.stringContaining('boundary-iou'),
            received: JSON.stringify(name),
          }),
        }),
      );
    },
  );

  test('package names begin with one of the kinds', () => {
    expect(PLUGIN_KINDS).toEqual([
      'metric',
      'surrogate',
      'constraint',
      'searcher',
      'dataset',
      'loss',
      'network',
      'executor',
      'decoder',
      'report-metric',
    ]);
  });

  test('a plugin without options takes none', () => {
    expect(noOptions.parse({})).toEqual({});
    expect(noOptions.safeParse({ pieces: 2 }).success).toBe(false);
  });
});
