import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findSubjects } from '../src/verify/find-subjects.ts';
import { makeProject } from './project.ts';

const MIXED = new URL('../../../docs/examples/mixed.loss.json', import.meta.url);

describe('what is verified of a loss file', () => {
  test('of a sum: the whole, and each term by itself', async () => {
    const cwd = await makeProject();
    await cp(MIXED, join(cwd, 'mixed.json'));
    const known = async (kind?: 'searched loss') =>
      (await findSubjects({ targets: ['mixed.json'], cwd, ...(kind === undefined ? {} : { kind }) })).map(
        ({ laws: _laws, ...subject }) => subject,
      );
    const curves = {
      kind: 'searched loss',
      name: 'mixed.json',
      target: ['mixed.json', '--kind', 'searched loss'],
      file: join(cwd, 'mixed.json'),
    };
    const parts = await known();
    expect(parts).toHaveLength(3);
    expect(parts[0]).toMatchObject({ kind: 'loss', target: ['mixed.json', '--kind', 'loss'], file: curves.file });
    expect(parts).toContainEqual(expect.objectContaining(curves));
    expect(parts).toContainEqual(
      expect.objectContaining({ kind: 'loss', name: 'cross-entropy', target: ['cross-entropy', '--kind', 'loss'] }),
    );
    expect(await known('searched loss')).toMatchObject([curves]);
  });

  test('of one hand-made loss: that, with the options that the file has', async () => {
    const terms = [{ weight: 1, loss: { use: 'focal', gamma: 1.3 } }];
    const cwd = await makeProject({ 'focal.json': { format: 'auto-seg-loss/2', terms } });
    const subjects = await findSubjects({ targets: ['focal.json'], cwd });
    expect(subjects).toMatchObject([{ kind: 'loss', name: 'focal', options: { gamma: 1.3 } }]);
  });
});
