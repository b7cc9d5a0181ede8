import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@auto-seg-loss/config';
import type { AslError } from '@auto-seg-loss/kernel';
import { train as trainNetwork } from '@auto-seg-loss/runtime';
import { encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runAsl } from './run-asl.ts';

let folder: string;
const at = (...names: readonly string[]) => join(folder, ...names);
const asl = (...args: readonly string[]) => runAsl(args, { cwd: folder });
const train = (config: string, out: string) => asl('train', config, '--loss', 'cross-entropy', '--out', out);

async function writeConfig(name: string, weights: string | null, backbone = 'mobilenet-v2'): Promise<void> {
  const slim = { rates: [1], pyramidChannels: 8, decoderChannels: 8, skipChannels: 8 };
  const network = { use: 'deeplabv3plus', backbone, weights, freeze: 'backbone', outputStride: 32, ...slim };
  const training = { size: [32, 32], batchSize: 2, iterations: 1 };
  await writeFile(at(name), JSON.stringify({ metric: 'miou', workers: 1, network, training }));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-pretrained-'));
  await writeConfig('fresh.json', null);
  await writeConfig('begun.json', 'begin.safetensors');
  await writeConfig('other.json', 'begin.safetensors', 'resnet18');
  const data = Uint8Array.from({ length: 32 * 32 * 3 }, (_, index) => (index * 7) % 256);
  await writeFile(at('image.png'), encode({ width: 32, height: 32, channels: 3, data }));
  expect((await train('fresh.json', 'first')).stderr).not.toContain('Weights of the encoder');
  await copyFile(at('first/weights.safetensors'), at('begin.safetensors'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** In the order of the cases. */
describe('an encoder that begins with the weights of a trained network', () => {
  test('says what was taken of them', async () => {
    const { code, stderr } = await train('begun.json', 'second');
    expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
    expect(stderr).toContain(
      'Weights of the encoder (network.weights): begin.safetensors, 255 tensors taken, none missing; left over:',
    );
  });

  test('is another training with other weights, and the folder of the first is not theirs', async () => {
    const before = await readFile(at('second/weights.safetensors'));
    const begin = await readFile(at('begin.safetensors'));
    // Metadata are not among what a file of weights is read for, and its SHA-256 is another all the same.
    await writeFile(at('begin.safetensors'), Buffer.from(begin.toString('latin1').replace('"pt"', '"pT"'), 'latin1'));
    const { code, stderr } = await train('begun.json', 'second');
    expect([code, stderr]).toEqual([3, expect.stringMatching(/^ASL_RUN_CHANGED: [\s\S]*weights/m)]);
    expect((await readFile(at('second/weights.safetensors'))).equals(before)).toBe(true);
  });

  test('is refused for another encoder', async () => {
    const { code, stderr } = await train('other.json', 'third');
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^ASL_WEIGHTS_MISMATCH: .*resnet18\n[\s\S]*mobilenet-v2/m),
    ]);
  });

  describe('is told of with the place in the config and the file', () => {
    beforeAll(async () => {
      const bytes = await readFile(at('begin.safetensors'));
      await writeFile(at('cut.safetensors'), bytes.subarray(0, bytes.length - 40));
      const nan = Buffer.from(bytes);
      nan.writeFloatLE(Number.NaN, bytes.length - 4);
      await writeFile(at('nan.safetensors'), nan);
      await copyFile(new URL('../../weights/test/golden/network.pth', import.meta.url), at('code.pth'));
    });

    test.each([
      ['of another encoder', 'begin.safetensors', 'resnet18', 'MISMATCH', 'begin.safetensors'],
      ['cut short', 'cut.safetensors', 'mobilenet-v2', 'INVALID', 'cut.safetensors'],
      ['with NaN', 'nan.safetensors', 'mobilenet-v2', 'INVALID', 'nan.safetensors'],
      ['with code', 'code.pth', 'mobilenet-v2', 'UNSAFE', 'code.pth'],
      ['that are not there', './nowhere.pth', 'mobilenet-v2', 'MISSING', 'nowhere.pth'],
      ['of an unknown name', 'mobilenet', 'mobilenet-v2', 'MISSING', 'mobilenet'],
    ])('weights %s', async (_, weights, backbone, code, file) => {
      const { config, baseDir, ...more } = await loadConfig({ cwd: folder, file: at('begun.json') });
      const use = { ...config.network, weights, backbone };
      const messageOf = async (changed: object): Promise<string> => {
        const loaded = { ...more, baseDir, config: { ...config, ...changed } };
        const error = await trainNetwork(loaded, { loss: 'cross-entropy' }).catch((reason: AslError) => reason);
        return (error as AslError).format();
      };
      const place = (name: string) => new RegExp(`^ASL_WEIGHTS_${code}: .*\\n  where: +${name}: \\S*${file}\\n`);
      expect(await messageOf({ network: use })).toMatch(place('network\\.weights'));
      const proxy = { ...config.proxy, network: use };
      const network = { ...config.network, weights: null };
      expect(await messageOf({ network, proxy })).toMatch(place('proxy\\.network\\.weights'));
    });
  });

  test('predicts where the file is gone that it began with', async () => {
    await rm(at('begin.safetensors'));
    const { code, stdout, stderr } = await asl('predict', '--network', 'second', 'image.png', '--out', 'classes');
    expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
    expect(stdout).toContain('1 image predicted');
  });
});
