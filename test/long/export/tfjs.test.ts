import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import '@tensorflow/tfjs';
import { setBackend } from '@tensorflow/tfjs-core';
import { afterAll, expect, test } from 'vitest';
import { engines, open } from '../../../packages/engine/test/engines.ts';
import { type ExportCase, exportCases } from './cases.ts';
import { TfjsFolder, tfjsSource, wrongOnTfjs } from './run-tfjs.ts';

// Exported files for TensorFlow.js beside our kernels and the definition, and as TypeScript sees them.

const cases = exportCases();
const folder = new TfjsFolder();
afterAll(() => folder.remove());

test.each(['cpu', ...engines] as const)('files say the same on the backend %s', async (backend) => {
  await open(backend === 'cpu' ? 'wasm' : backend);
  if (backend === 'cpu') await setBackend('cpu');
  expect(await wrongOnTfjs(cases, folder)).toEqual([]);
});

test('a file has types', () => {
  const name = basename(folder.write(tfjsSource(cases[0] as ExportCase)));
  const program = `import * as tf from '@tensorflow/tfjs';
    import { exportedLoss } from './${name}';
    const value: tf.Scalar = exportedLoss(tf.zeros([1, 2, 2, 3]), tf.zeros([1, 2, 2], 'int32'), { ignoreLabel: 3 });
    // @ts-expect-error: no tensors
    exportedLoss(value.dataSync()[0], 'labels');`;
  writeFileSync(join(folder.path, 'program.mts'), program);
  const tsc = fileURLToPath(new URL('../../../node_modules/.bin/tsc', import.meta.url));
  const options = ['--noEmit', '--strict', '--allowJs', '--skipLibCheck', '--module', 'nodenext', '--types', ''];
  const { stdout } = spawnSync(tsc, [...options, 'program.mts'], { cwd: folder.path, encoding: 'utf8' });
  expect(stdout).toBe('');
});
