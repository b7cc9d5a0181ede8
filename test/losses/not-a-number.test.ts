import { plugin as crossEntropy } from '@auto-seg-loss/loss-cross-entropy';
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
import { evaluate } from './equals-reference.ts';

const plugins = [crossEntropy, dice, dpce, focal, jaccard, jdt, lovasz, ssim, tversky];

// A training that diverged must not look as if it went on.
describe.each(engines)('logits that are no numbers have a loss that is none on the %s engine', (engine) => {
  beforeAll(() => open(engine));

  describe.each(plugins.map((plugin) => [plugin.name, plugin] as const))('%s', (_, plugin) => {
    test.each([Number.NaN, Number.POSITIVE_INFINITY])('%s in one of them', async (bad) => {
      const loss = (await plugin.create(plugin.options.parse({}) as never, { baseDir: '.', cacheDir: '.' })) as Loss;
      const [n, h, w, c] = [2, 15, 16, 3];
      const labels = Int32Array.from({ length: n * h * w }, (_, i) => Math.floor(i / 7) % c);
      const logits = Array.from({ length: n * h * w * c }, (_, i) => Math.sin(i));
      logits[((h + 2) * w + 2) * c + 1] = bad;
      const { value, gradient } = evaluate(loss, { shape: [n, h, w, c], logits, labels });
      expect(value).toBeNaN();
      expect(Array.from(gradient).some(Number.isNaN)).toBe(true);
    });
  });
});
