import { readFileSync } from 'node:fs';
import { plugin as dice } from '@auto-seg-loss/loss-dice';
import { plugin as dpce } from '@auto-seg-loss/loss-dpce';
import { plugin as focal } from '@auto-seg-loss/loss-focal';
import { plugin as jaccard } from '@auto-seg-loss/loss-jaccard';
import { plugin as jdt } from '@auto-seg-loss/loss-jdt';
import { plugin as lovasz } from '@auto-seg-loss/loss-lovasz';
import { plugin as ssim } from '@auto-seg-loss/loss-ssim';
import { plugin as tversky } from '@auto-seg-loss/loss-tversky';
import type { Loss } from '@auto-seg-loss/ops';
import { beforeAll, describe, expect, test } from 'vitest';
import { engines, open } from '../../packages/engine/test/engines.ts';
import type { Batch } from './batch.ts';
import { evaluate } from './equals-reference.ts';

// Made by golden/make-goldens.py.

interface Case {
  readonly batch: string;
  readonly loss: string;
  readonly options: object;
  readonly value: number;
}

interface Goldens {
  readonly shape: Batch['shape'];
  readonly batches: Readonly<
    Record<string, { readonly logits: readonly number[]; readonly labels: readonly number[] }>
  >;
  /** Values and gradients of the formulas in PyTorch, float64. */
  readonly cases: readonly (Case & { readonly gradient: readonly number[] })[];
  /** What libraries give: theirs is `factor` times ours. */
  readonly libraries: readonly (Case & { readonly library: string; readonly factor: number })[];
}

const goldens = JSON.parse(readFileSync(new URL('golden/losses.json', import.meta.url), 'utf8')) as Goldens;

const plugins = new Map(
  [dice, dpce, focal, jaccard, jdt, lovasz, ssim, tversky].map((plugin) => [plugin.name, plugin]),
);

function create({ loss, options }: Case): Loss {
  const plugin = plugins.get(loss) as typeof dice;
  return plugin.create(plugin.options.parse(options), { baseDir: '.', cacheDir: '.' }) as Loss;
}

function batchOf({ batch }: Case): Batch {
  const { logits, labels } = goldens.batches[batch] as Goldens['batches'][string];
  return { shape: goldens.shape, logits, labels: Int32Array.from(labels) };
}

const titled = <T extends Case>(cases: readonly T[]) =>
  cases.map((golden) => ({ title: `${golden.loss} ${JSON.stringify(golden.options)}, ${golden.batch}`, golden }));

describe.each(engines)('losses on %s', (engine) => {
  beforeAll(() => open(engine));

  test.each(titled(goldens.cases))('equal PyTorch in value and gradient: $title', ({ golden }) => {
    const { value, gradient } = evaluate(create(golden), batchOf(golden));
    expect(Math.abs(value - golden.value)).toBeLessThan(1e-5 * Math.max(1, golden.value));
    const largest = Math.max(...golden.gradient.map(Math.abs));
    golden.gradient.forEach((slope, index) => {
      expect(Math.abs((gradient[index] as number) - slope)).toBeLessThan(1e-3 * largest);
    });
  });

  test.each(titled(goldens.libraries))('equal $golden.library: $title', ({ golden }) => {
    const { value } = evaluate(create(golden), batchOf(golden));
    expect(Math.abs(value * golden.factor - golden.value)).toBeLessThan(1e-5);
  });
});

test('the goldens compare every loss with a library or its authors’ code, but the one that has none', () => {
  const compared = new Set(goldens.libraries.map(({ loss }) => loss));
  expect([...plugins.keys()].filter((name) => !compared.has(name))).toEqual(['dpce']);
  expect(new Set(goldens.cases.map(({ loss }) => loss))).toEqual(new Set(plugins.keys()));
});
