import { describe, expect, test } from 'vitest';
import { changesBetween, type Environment, toldAlike } from '../src/run-folder/environment.ts';

const before: Environment = {
  engine: 'native',
  device: 'CPU',
  libraryVersion: '2',
  threads: 1,
  node: 'v20',
  platform: 'x',
  plugins: {},
  data: 'd',
};

describe('the native kernels of a run', () => {
  test('are named where they changed', () => {
    const changes = changesBetween(
      { ...before, kernels: 'a' },
      toldAlike({ ...before, kernels: 'a' }, { ...before, kernels: 'b' }),
    );
    expect(changes).toEqual([{ where: 'kernels', expected: '"a"', received: '"b"' }]);
  });

  test('are let pass where the run does not tell of them, and stay untold, so that its trials keep their keys', () => {
    const now = toldAlike(before, { ...before, kernels: 'b' });
    expect(now).toEqual(before);
    expect(changesBetween(before, now)).toEqual([]);
  });

  test('are told where the engine is another one anyway', () => {
    const now = toldAlike({ ...before, engine: 'wasm' }, { ...before, kernels: 'b' });
    expect(changesBetween({ ...before, engine: 'wasm' }, now).map(({ where }) => where)).toEqual(['engine', 'kernels']);
  });
});
