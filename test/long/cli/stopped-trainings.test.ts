import { once } from 'node:events';
import { expect, test } from 'vitest';
import { makeProject } from '../../../packages/cli/test/project.ts';
import { runAsl, startAslUntil } from '../../../packages/cli/test/run-asl.ts';

const config = {
  metric: 'miou',
  workers: 1,
  dataset: { use: 'scenes', size: [32, 32], train: 4, val: 2 },
  network: { use: 'deeplab-lite', width: 4 },
  training: { size: [32, 32], batchSize: 2, iterations: 3 },
};
const compare = ['compare', '--losses', 'cross-entropy', '--seeds', '6'];

test('a comparison that is stopped says what is kept, and goes on', async () => {
  const cwd = await makeProject({ 'asl.config.json': config });
  const { child, stderr } = await startAslUntil([...compare, '--out', 'out'], /^1\/6 /m, cwd);
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([130, null]);
  const [, done = ''] = stderr().match(/^Stopped; kept in out: (\d) networks? done.*The same command goes on/m) ?? [];
  expect(Number(done)).toBeGreaterThan(0);
  const again = await runAsl([...compare, '--out', 'out'], { cwd });
  expect([again.code, again.stderr]).toEqual([0, expect.stringContaining(`, ${done} of them done before`)]);
  const shown = await runAsl([...compare, '--out', 'out'], { cwd });
  expect([shown.code, shown.stdout, shown.stderr]).toEqual([0, again.stdout, '6 networks, trained before\n']);
});

test('a training whose folder was not named says that nothing is kept', async () => {
  const cwd = await makeProject({ 'asl.config.json': config });
  const train = ['train', '--loss', 'cross-entropy', '--set', 'training.iterations=1000000'];
  const { child, stderr } = await startAslUntil(train, /network to train/, cwd);
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([143, null]);
  expect(stderr()).toMatch(/^Stopped; nothing is kept\. With --out FOLDER the same command would go on\.$/m);
});
