import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EXPORT_TARGETS } from '@auto-seg-loss/export';
import { describe, expect, test } from 'vitest';
import { makeProject } from './project.ts';
import { runAsl } from './run-asl.ts';

const found = new URL('../../../docs/examples/found/miou.loss.json', import.meta.url);

/** The command that a file says it was written by, as it stands in the file. */
function commandIn(source: string): string {
  return /^.*Written by auto-seg-loss .*:\n((?:.*\n)+?).*Licence:/m.exec(source)?.[1] ?? '';
}

describe('the command in the header of an exported file writes the same file again', () => {
  test.each([
    [
      'a sum with options of its parts',
      [
        '0.75*published:bf1+0.25*cross-entropy+focal',
        '--tolerance',
        '2',
        '--average',
        'image',
        '--set',
        'focal.gamma=3.5',
        '--set',
        'cross-entropy.classWeights=1,2,0.5',
        '--set',
        'bf1.background=false',
      ],
    ],
    ['flags that say no', ['published:macc', '--no-drop-background', '--name', 'of_all']],
    ['a path that a shell must be told of', ["./my runs/it's found.json", '--drop-background']],
    ['a weight', ['2.5*dice', '--set', 'log=true']],
  ])('%s', async (_, args) => {
    const folder = await makeProject({ "my runs/it's found.json": await readFile(found, 'utf8') });
    const first = await runAsl(['export', ...args, '--to', 'pytorch', '--out', 'loss.py'], { cwd: folder });
    expect([first.code, first.stderr]).toEqual([0, '']);
    const source = await readFile(join(folder, 'loss.py'), 'utf8');
    const { stdout } = await promisify(execFile)('sh', ['-c', commandIn(source)], { cwd: folder, maxBuffer: 2 ** 24 });
    expect(stdout).toBe(source);
  });

  test.each(EXPORT_TARGETS)('it stands in the file for %s', async (to) => {
    const { stdout } = await runAsl(['export', 'published:miou', '--drop-background', '--to', to]);
    expect(commandIn(stdout)).toMatch(
      new RegExp(`npx --no-install asl export published:miou --to ${to} --name \\w+ --drop-background$`, 'm'),
    );
  });

  test('a loss lies where it lies: the folder of a path from the root is not told', async () => {
    const folder = await makeProject({ 'loss.json': await readFile(found, 'utf8') });
    const { stdout } = await runAsl(['export', join(folder, 'loss.json'), '--to', 'jax'], { cwd: folder });
    expect(stdout).not.toContain(folder);
    expect(commandIn(stdout)).toContain(' export loss.json ');
  });
});
