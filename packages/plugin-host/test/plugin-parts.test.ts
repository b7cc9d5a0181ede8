import { describe, expect, test } from 'vitest';
import { failure, makeProject } from '../../runtime/test/project.ts';
import { checkPlugin } from '../src/check-plugin.ts';

const MEAN = `import { z } from 'zod';
const part = z.looseObject({ use: z.string(), weight: z.number().default(1) });
export const plugin = {
  kind: 'metric', name: 'mean', summary: 'Of metrics', options: z.strictObject({ metrics: z.array(part).min(1) }),
  parts: { option: 'metrics', own: ['weight'] },
  create: ({ metrics }, _context, parts) => ({
    name: 'mean', parts, weights: metrics.map((each) => each.weight), measure: () => ({}), score: () => ({}),
  }),
};
`;

async function check(metrics: unknown): ReturnType<typeof checkPlugin<'metric'>> {
  const baseDir = await makeProject({ 'mean.mjs': MEAN });
  return checkPlugin(
    { kind: 'metric', use: { use: './mean.mjs', metrics: metrics as never }, where: 'metric' },
    baseDir,
  );
}

describe('a plugin made of others', () => {
  test('is handed what they make, in order, and what is its own stays with it', async () => {
    const checked = await check([{ use: 'biou', tolerance: 2, weight: 3 }, { use: 'miou' }]);
    const made = (await checked.make({ baseDir: '', cacheDir: '' })) as unknown as {
      parts: { name: string }[];
      weights: number[];
    };
    expect(made.parts.map(({ name }) => name)).toEqual(['biou', 'miou']);
    expect(made.weights).toEqual([3, 1]);
  });

  test('its resolved options hold those of its parts', async () => {
    const { use, parts } = await check([{ use: 'biou', tolerance: 2 }]);
    expect(use).toMatchObject({
      use: './mean.mjs',
      metrics: [{ use: 'biou', tolerance: 2, background: true, weight: 1 }],
    });
    expect(parts.map(({ plugin }) => plugin.name)).toEqual(['biou']);
  });

  test('problems of all parts come together, each with its path', async () => {
    const error = await failure(check([{ use: 'biou', tolerance: -1 }, { use: 'miuo' }, { use: 'miou', wait: 2 }]));
    expect(error.code).toBe('ASL_CONFIG_INVALID');
    const text = error.format();
    expect(text).toContain('metric.metrics[0].tolerance');
    expect(text).toContain('metric "miuo" (metric.metrics[1]) was not found');
    expect(text).toContain('metric.metrics[2].wait');
  });
});
