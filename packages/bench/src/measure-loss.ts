import { readFileSync } from 'node:fs';
import { openEngine } from '@auto-seg-loss/engine';
import { resolveLoss } from '@auto-seg-loss/runtime';
import { type Tensor, type Tensor4D, tensor3d, tensor4d, tidy, valueAndGrad } from '@tensorflow/tfjs-core';
import type { LossMeasurement, LossMeasurements, LossSettings } from './loss-settings.ts';

/** Measures each loss with its gradient by the logits, which stay where they are: processor time, of all threads. */
async function measureLosses(settings: LossSettings): Promise<LossMeasurements> {
  const { losses, batch, height, width, classes, samples } = settings;
  await openEngine({ backend: 'native', threads: 1 });
  const context = { baseDir: process.cwd(), cacheDir: process.cwd() };
  const logits = tensor4d(new Float32Array(readBuffer(settings.logits)), [batch, height, width, classes]);
  const labels = tensor3d(Int32Array.from(readFileSync(settings.labels)), [batch, height, width], 'int32');
  const measured: Record<string, LossMeasurement> = {};
  for (const name of losses) {
    const { loss } = await resolveLoss(name, { context });
    const pass = valueAndGrad((x: Tensor) => loss.value(x as Tensor4D, labels));
    const milliseconds: number[] = [];
    let value = Number.NaN;
    for (let sample = 0; sample <= samples; sample++) {
      const start = process.cpuUsage();
      value = tidy(() => pass(logits).value.dataSync()[0] as number);
      const { user, system } = process.cpuUsage(start);
      if (sample > 0) milliseconds.push((user + system) / 1e3);
    }
    measured[name] = { milliseconds, value };
  }
  return measured;
}

function readBuffer(path: string): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = readFileSync(path);
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}

const measured = await measureLosses(JSON.parse(process.argv[2] ?? '') as LossSettings);
process.stdout.write(`${JSON.stringify(measured)}\n`);
