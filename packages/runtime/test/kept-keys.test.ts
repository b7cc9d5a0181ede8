import { configSchema } from '@auto-seg-loss/config';
import { contentKey } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { keyOf, networkIdentity, trainingBasis, trainingIdentity } from '../src/commands/training-key.ts';
import type { Run } from '../src/container/assemble-run.ts';
import type { Environment } from '../src/run-folder/environment.ts';
import { proxyContent } from '../src/run-folder/proxy-content.ts';
import { plainSpaceLeftOut, trialContent } from '../src/run-folder/trial-content.ts';

const environment: Environment = {
  engine: 'native',
  device: 'CPU',
  libraryVersion: '2',
  threads: 1,
  node: 'v20',
  platform: 'x',
  plugins: {},
  data: 'd',
};

function configOf(over: object = {}, space: object = {}) {
  const proxy = { iterations: 7, augment: { flip: false }, ...over };
  return configSchema.parse({ workers: 1, metric: 'miou', proxy, ...space });
}

function taskOf(over: object = {}, space: object = {}): string {
  const content = trialContent({ config: configOf(over, space) }, environment);
  return (content({ theta: [0.5] }, 0) as { readonly task: string }).task;
}

describe('what earlier runs are known by', () => {
  test('trials keep their keys', () => {
    expect(taskOf()).toBe('8898182ccd2dc309207b2ad6bc11c8e6d9fc7d17368764f55f355d3d70cf7d6d');
  });

  test('trainings keep theirs', async () => {
    const run = { config: configOf(), metrics: Promise.resolve([{ name: 'miou' }]) } as unknown as Run;
    expect(contentKey(await trainingBasis(run, environment))).toBe(
      'e5a2f9e6fe712c4d7092dc8921ca519ac5b98bbf155a555ac568a071f70d6d76',
    );
  });

  test('whatever decodes them: only another decoder than the most probable class is part of what a result is known by', async () => {
    const config = configSchema.parse({ ...configOf(), decode: ['argmax', 'rank'] });
    const run = { config, metrics: Promise.resolve([{ name: 'miou' }]) } as unknown as Run;
    const basis = await trainingBasis(run, environment);
    expect(contentKey(basis)).toBe('e5a2f9e6fe712c4d7092dc8921ca519ac5b98bbf155a555ac568a071f70d6d76');
    const request = { loss: 'dice', seed: 1, learningRate: null, scoredOn: 'val' } as const;
    const identity = trainingIdentity(request, run, basis, ['dice']);
    expect(keyOf(identity)).toBe('3a41dc4263626144efeb22023bc22c3d63062226a285d44996d0772f22c471cc');
    const decoded = trainingIdentity(request, run, basis, ['dice'], { use: 'rank' });
    expect(keyOf(decoded)).not.toBe(keyOf(identity));
    expect(networkIdentity(decoded)).toEqual(identity);
  });

  test('a warm start keeps its own, which is of the order of the fields too', () => {
    const { warmStart } = proxyContent(configOf().proxy) as { warmStart: object };
    expect(JSON.stringify(warmStart)).toBe(
      '{"size":[64,96],"batchSize":16,"iterations":300,"learningRate":0.05,"power":0.9,"momentum":0.9,"weightDecay":0.0005,"augment":{"scale":[0.75,1.5],"flip":true,"photometric":0.2}}',
    );
  });

  test.each([
    ['crops', { images: 'crops' }],
    ['a warm-up', { warmUp: 3 }],
    ['windows drawn again', { augment: { flip: false, catMaxRatio: 0.75 } }],
    ['another network for trials', { network: 'pspnet' }],
    ['crops of the warm start', { warmStart: { images: 'crops' } }],
  ])('with %s it is another task', (_, over) => {
    expect(taskOf(over)).not.toBe(taskOf());
  });

  test.each([
    { mix: ['dice'] },
    { mix: [{ use: 'tversky', alpha: [0, 1] }] },
    { temperature: [0.5, 2] },
    { absent: 'search' },
    { searchSpace: { use: 'focal', gamma: [0, 5] } },
  ])('with %j it is another task', (space) => {
    expect(taskOf({}, space)).not.toBe(taskOf());
  });

  test('what was measured before there was anything but curves to search is known by its config still', () => {
    const before = Object.keys(plainSpaceLeftOut(configOf()));
    expect(before).not.toEqual(expect.arrayContaining(['mix']));
    expect(before).not.toEqual(expect.arrayContaining(['temperature']));
    expect(before).not.toEqual(expect.arrayContaining(['searchSpace']));
    const wide = { mix: [{ use: 'dice' }], temperature: [0.5, 2] };
    expect(plainSpaceLeftOut(configOf({}, wide))).toMatchObject(wide);
  });
});
