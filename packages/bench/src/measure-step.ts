import { openEngine } from '@auto-seg-loss/engine';
import { formatError, isAslError, type PluginContext, Random } from '@auto-seg-loss/kernel';
import type { Architecture } from '@auto-seg-loss/ops';
import { resolveLoss } from '@auto-seg-loss/runtime';
import { type Batch, trainNetwork } from '@auto-seg-loss/training';
import type { StepMeasurement, StepNetwork, StepSettings } from './step-settings.ts';

const IGNORE = 255;

/** Measures our training loop on one batch that it gets again and again, upload included. */
async function measureStep(settings: StepSettings): Promise<StepMeasurement> {
  const { height, width, batch, classes, steps, samples } = settings;
  await openEngine({ backend: 'native', threads: 1 });
  const context = { baseDir: process.cwd(), cacheDir: process.cwd() };
  const { loss } = await resolveLoss(settings.loss, { context });
  const architecture = await architectureOf(settings.network, context);
  const random = Random.fromSeed(1);
  const network = architecture.build(classes, random.split('network'));
  const same = makeBatch(settings, random.split('images'));
  const options = {
    images: 'fitted' as const,
    size: [height, width] as const,
    batchSize: batch,
    iterations: steps,
    warmUp: 0,
    learningRate: 0.01,
    power: 0.9,
    momentum: 0.9,
    weightDecay: 5e-4,
    augment: { scale: [1, 1] as const, flip: false, photometric: 0, catMaxRatio: 1 },
  };
  const milliseconds: number[] = [];
  for (let sample = 0; sample <= samples; sample++) {
    const start = process.cpuUsage();
    await trainNetwork({ network, loss, batches: { batch: () => same }, options });
    const { user, system } = process.cpuUsage(start);
    if (sample > 0) milliseconds.push((user + system) / 1000 / steps);
  }
  return {
    milliseconds,
    parameters: network.parameters.reduce((total, { variable }) => total + variable.size, 0),
    megabytes: process.resourceUsage().maxRSS / 1024,
  };
}

async function architectureOf({ use, options }: StepNetwork, context: PluginContext): Promise<Architecture> {
  if (use === 'deeplab-lite') {
    const { plugin } = await import('@auto-seg-loss/network-deeplab-lite');
    return plugin.create(plugin.options.parse(options), context);
  }
  const { plugin } = await import('@auto-seg-loss/network-deeplabv3plus');
  return plugin.create(plugin.options.parse(options), context);
}

/** Noise, labelled by rectangles of 8 × 12 pixels, some of them ignored. */
function makeBatch({ height, width, batch, classes }: StepSettings, random: Random): Batch {
  const pixels = batch * height * width;
  return {
    shape: [batch, height, width],
    images: Float32Array.from({ length: pixels * 3 }, () => random.normal()),
    labels: Int32Array.from({ length: pixels }, (_, pixel) => {
      const row = Math.floor((Math.floor(pixel / width) % height) / 8);
      const cell = row + Math.floor((pixel % width) / 12);
      return cell % 12 === 11 ? IGNORE : cell % classes;
    }),
  };
}

try {
  const measured = await measureStep(JSON.parse(process.argv[2] ?? '') as StepSettings);
  process.stdout.write(`${JSON.stringify(measured)}\n`);
} catch (error) {
  if (!isAslError(error)) throw error;
  process.stderr.write(`${formatError(error.code, error.message, error.details)}\n`);
  process.exitCode = error.exitCode;
}
