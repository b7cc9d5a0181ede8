import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runAsl } from './run-asl.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'asl-completion-'));
  writeFileSync(join(folder, 'asl.bash'), (await runAsl(['completion', 'bash'])).stdout);
});
afterAll(() => rm(folder, { recursive: true }));

/** What bash proposes after these words, the last of which is being typed. */
function proposed(...words: readonly string[]): readonly string[] {
  const script = `source ./asl.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _asl; IFS=' '; echo "\${COMPREPLY[*]}"`;
  const args = ['--norc', '-c', script, 'bash', 'asl', ...words];
  return execFileSync('bash', args, { cwd: folder, encoding: 'utf8' }).trim().split(' ').filter(Boolean);
}

describe('asl completion bash', () => {
  test.each([
    [['sea'], ['search']],
    [
      ['engine', ''],
      ['install', 'help'],
    ],
    [
      ['weights', ''],
      ['list', 'install', 'show', 'help'],
    ],
    [['weights', 'install', '--f'], ['--force']],
    [['search', '--eng'], ['--engine']],
    [
      ['search', '--engine', ''],
      ['auto', 'native', 'wasm'],
    ],
    [['engine', 'install', '--f'], ['--force']],
    [['plugins', 'se'], ['searcher']],
    [['verify', 'bf1', '--kind', 'net'], ['network']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    // Nothing of its own: bash then proposes files.
    [['search', 'my'], []],
    [['search', '--out', ''], []],
    [['plugins', 'metric', ''], []],
  ] as const)('asl %j', (words, expected) => {
    expect(proposed(...words)).toEqual(expected);
  });

  test('knows every command', () => {
    expect(proposed('')).toEqual(expect.arrayContaining(['search', 'train', 'compare', 'verify', 'doctor', 'version']));
  });
});

test('asl completion fish describes commands and options, quoted', async () => {
  const { code, stdout } = await runAsl(['completion', 'fish']);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^complete -c asl -n '__fish_use_subcommand' -f -a search -d 'search the loss for a metric; /m,
  );
  expect(stdout).toMatch(/__fish_seen_subcommand_from search' -l engine -x -a 'auto native wasm' /);
  for (const line of stdout.trim().split('\n'))
    expect(line.replaceAll("\\'", '').match(/'/g)?.length ?? 0).toSatisfy((n: number) => n % 2 === 0);
});

test('asl completion zsh loads what bash functions need there', async () => {
  expect((await runAsl(['completion', 'zsh'])).stdout).toMatch(/bashcompinit[\s\S]*complete -o default -F _asl asl$/m);
});
