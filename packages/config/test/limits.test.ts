import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadConfig } from '@auto-seg-loss/config';
import { AslError, type ErrorCode } from '@auto-seg-loss/kernel';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

// What would be waited for or worked on for ever ends with a message. (A test that hangs fails by its time limit.)

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'asl-limits-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function write(path: string, content: unknown): Promise<string> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

async function refusal(code: ErrorCode, promise: Promise<unknown>): Promise<AslError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AslError)) throw new Error(`expected an AslError, got ${String(error)}`);
  expect(error.code, error.format()).toBe(code);
  return error;
}

const load = (file = 'asl.config.json', set: readonly string[] = []) => loadConfig({ cwd: root, file, set });

describe('what is no file', () => {
  test.skipIf(process.platform === 'win32')('pipes and devices: named, found, extended', async () => {
    execFileSync('mkfifo', [join(root, 'pipe.json'), join(root, 'pipe.mjs')]);
    expect((await refusal('ASL_CONFIG_NOT_FOUND', load('pipe.json'))).details.received).toBe('a pipe, not a file');
    await refusal('ASL_CONFIG_NOT_FOUND', loadConfig({ cwd: root, file: 'pipe.mjs', allowCode: true }));
    await refusal('ASL_CONFIG_NOT_FOUND', load('/dev/zero'));
    await write('a/asl.config.json', { metric: 'miou', extends: '../pipe.json' });
    await refusal('ASL_CONFIG_NOT_FOUND', load('a/asl.config.json'));
    execFileSync('mkfifo', [join(root, 'asl.config.json')]);
    await refusal('ASL_CONFIG_NOT_FOUND', loadConfig({ cwd: root }));
  });

  test.each([
    ['x'.repeat(300), 'a name that is too long for the file system'],
    [`${'x/'.repeat(3000)}x`, 'a name that is too long for the file system'],
    ['a\0b', 'a name that no file can have'],
    ['file/below', 'a part of the path is no folder'],
    ['broken', 'no such file'],
    ['circle', 'links that lead in a circle'],
    ['.', 'a folder'],
    ['�', 'no such file'],
  ])('%j', async (name, reason) => {
    await write('file', 'metric: miou');
    await symlink('nowhere', join(root, 'broken'));
    await symlink('circle', join(root, 'circle'));
    expect((await refusal('ASL_CONFIG_NOT_FOUND', load(name))).details.received).toBe(reason);
    await write('asl.config.json', { metric: 'miou', extends: `./${name}` });
    await refusal('ASL_CONFIG_NOT_FOUND', load());
  });

  test('a link to nowhere under a name that is looked for is there', async () => {
    await symlink('nowhere', join(root, 'asl.config.json'));
    await refusal('ASL_CONFIG_NOT_FOUND', loadConfig({ cwd: root }));
  });

  test('a folder under such a name is passed by', async () => {
    await mkdir(join(root, 'asl.config.json'));
    await write('asl.config.yaml', 'metric: miou');
    expect((await loadConfig({ cwd: root })).file).toBe(join(root, 'asl.config.yaml'));
  });
});

const many = (make: (index: number) => string, length: number): string => {
  let text = '';
  for (let index = 0; text.length < length; index++) text += make(index);
  return text;
};
const YAML = 60_000;

describe('too much', () => {
  test.each([
    [
      'asl.config.json',
      `{"metric": "${'x'.repeat(2 ** 20)}"}`,
      'ASL_CONFIG_NOT_FOUND',
      'where at most 1048576 are read',
    ],
    ['asl.config.yaml', many((i) => `k${i}: 1\n`, 2 ** 18), 'ASL_CONFIG_SYNTAX', 'JSON may be longer'],
    ['asl.config.yaml', `- &a 1\n${many(() => '- *a\n', YAML)}`, 'ASL_CONFIG_SYNTAX', 'more than 100 aliases'],
    ['asl.config.yaml', 'a: &a [*a]', 'ASL_CONFIG_SYNTAX', 'stands in what it means'],
    ['asl.config.yaml', '&a {x: {y: [*a]}}', 'ASL_CONFIG_SYNTAX', 'stands in what it means'],
    // Of these, a thousand end the process in the parser.
    ['asl.config.yaml', '['.repeat(YAML), 'ASL_CONFIG_SYNTAX', 'nested too deeply'],
    ['asl.config.yaml', '['.repeat(1000), 'ASL_CONFIG_SYNTAX', 'nested too deeply'],
    ['asl.config.yaml', `${'['.repeat(500)}${']'.repeat(500)}`, 'ASL_CONFIG_SYNTAX', 'nested too deeply'],
    ['asl.config.yaml', '[ "]", '.repeat(1000), 'ASL_CONFIG_SYNTAX', 'nested too deeply'],
    ['asl.config.yaml', `${'- '.repeat(30_000)}1`, 'ASL_CONFIG_SYNTAX', 'nested too deeply'],
    ['asl.config.yaml', `${'? '.repeat(30_000)}1`, 'ASL_CONFIG_SYNTAX', 'nested too deeply'],
    ['asl.config.yaml', '- ['.repeat(10_000), 'ASL_CONFIG_SYNTAX', 'nested too deeply'],
    ['asl.config.yaml', indented(200), 'ASL_CONFIG_SYNTAX', 'nested too deeply'],
    ['asl.config.yaml', 'metric: miou\n---\nmetric: biou\n', 'ASL_CONFIG_SYNTAX', 'more than one document'],
    ['asl.config.yaml', `${'{a: '.repeat(70)}1${'}'.repeat(70)}`, 'ASL_CONFIG_SYNTAX', 'more than 64 levels'],
    ['asl.config.json', '['.repeat(500_000), 'ASL_CONFIG_SYNTAX', 'nested too deeply'],
    ['asl.config.json', `${'{"a":'.repeat(70)}1${'}'.repeat(70)}`, 'ASL_CONFIG_SYNTAX', 'more than 64 levels'],
    ['asl.config.json', `[${'1,'.repeat(100_000)}1]`, 'ASL_CONFIG_SYNTAX', 'more than 50000 values'],
    ['asl.config.yaml', laughs(), 'ASL_CONFIG_SYNTAX', ''],
  ] as const)('%#: %s', async (name, text, code, message) => {
    await write(name, text);
    const error = await refusal(code, load(name));
    expect(error.format()).toContain(message);
    expect(error.format().length).toBeLessThan(2000);
  });

  test('of what is wrong, some is told', async () => {
    await write('asl.config.json', `{${many((i) => `"k${i}": 1, `, 300_000)}"metric": "miou"}`);
    const { problems = [] } = (await refusal('ASL_CONFIG_INVALID', load())).details;
    expect(problems).toHaveLength(51);
    expect(problems.at(-1)?.received).toMatch(/^\d+ more$/);
    await write('asl.config.json', { metric: 'miou', constraints: Array.from({ length: 40_000 }, () => 1) });
    expect((await refusal('ASL_CONFIG_INVALID', load())).details.problems?.length).toBeLessThanOrEqual(51);
  });

  test.each(['constraints', 'guards', 'losses.x', 'report.metrics'])('%s of thousands', async (field) => {
    const one = field === 'guards' ? { metric: 'miou', drop: 0 } : 'miou';
    const list = Array.from({ length: 5000 }, () => one);
    const [head = '', tail] = field.split('.');
    await write('asl.config.json', { metric: 'miou', [head]: tail === undefined ? list : { [tail]: list } });
    expect((await refusal('ASL_CONFIG_INVALID', load())).format()).toContain(field.split('.')[0]);
  });

  test('on the command line', async () => {
    await write('asl.config.json', { metric: 'miou' });
    await refusal('ASL_USAGE', load(undefined, [`${'a.'.repeat(10_000)}a=1`]));
    await refusal('ASL_USAGE', load(undefined, [`seed=${'['.repeat(10_000)}${']'.repeat(10_000)}`]));
  });
});

/** Maps in maps, each a blank further in. */
function indented(levels: number): string {
  return Array.from({ length: levels }, (_, level) => `${' '.repeat(level)}a:\n`).join('');
}

/** Nine levels of nine aliases each: short, and without an end. */
function laughs(): string {
  const levels = Array.from({ length: 9 }, (_, level) =>
    level === 0
      ? 'a0: &a0 lol'
      : `a${level}: &a${level} [${Array.from({ length: 9 }, () => `*a${level - 1}`).join(', ')}]`,
  );
  return levels.join('\n');
}

describe('what configs extend', () => {
  test('of 30 levels with two bases each, every file is read once, and counts where it is reached last', async () => {
    for (let level = 0; level < 30; level++) {
      for (const side of ['a', 'b']) {
        const bases = level === 29 ? [] : [`./a${level + 1}.json`, `./b${level + 1}.json`];
        await write(`${side}${level}.json`, {
          extends: bases,
          seed: level,
          ...(side === 'b' ? { workers: level + 1 } : {}),
        });
      }
    }
    await write('asl.config.json', { extends: ['./a0.json', './b0.json'], metric: 'miou' });
    const { config, sources } = await load();
    expect(sources).toHaveLength(61);
    expect(config).toMatchObject({ seed: 0, workers: 1 });
  });

  test('more files than anybody oversees', async () => {
    for (let index = 0; index < 101; index++) await write(`${index}.json`, {});
    const names = Array.from({ length: 101 }, (_, index) => `./${index}.json`);
    await write('asl.config.json', { extends: names.slice(1), metric: 'miou' });
    await load();
    await write('asl.config.json', { extends: names, metric: 'miou' });
    expect((await refusal('ASL_CONFIG_INVALID', load())).format()).toContain('at most 100');
  });
});

describe('what sets a prototype is no field', () => {
  test.each([
    ['asl.config.json', '{"metric": "miou", "__proto__": {"seed": 3}}'],
    ['asl.config.json', '{"metric": {"use": "miou", "__proto__": {"a": 3}}}'],
    ['asl.config.yaml', 'metric: miou\n__proto__: {seed: 3}\n'],
    ['asl.config.yaml', 'metric: {use: miou, "__proto__": {a: 3}}\n'],
  ])('%s: %s', async (name, text) => {
    await write(name, text);
    expect((await refusal('ASL_CONFIG_SYNTAX', load(name))).message).toContain('"__proto__" is not allowed');
  });
});

describe('errors show nothing of a file that another one names', () => {
  const SECRET = 'hunter2';
  test.each([
    ['base.json', `{"password": ${SECRET}}`],
    ['base.json', `"${SECRET}"`],
    ['base.json', `["${SECRET}"]`],
    ['base.yaml', `${SECRET}: [`],
    ['base.yaml', `${SECRET}\n`],
    ['base.yaml', `a: *${SECRET}\n`],
    ['base.yaml', `${SECRET}: 1\n${SECRET}: 2\n`],
    ['base.yaml', `a: !${SECRET} x\nb: @${SECRET}`],
    ['base', `root:x:0:0:${SECRET}\n${SECRET}`],
    ['base.json', `{"${SECRET}": 1, "${SECRET}": 2}`],
  ])('%s: %s', async (name, text) => {
    await write(name, text);
    await write('asl.config.json', { metric: 'miou', extends: `./${name}` });
    const error: unknown = await load().catch((reason: unknown) => reason);
    if (!(error instanceof AslError)) throw new Error('expected an error');
    expect(error.code).toMatch(/^ASL_CONFIG_/);
    expect(error.format()).not.toContain(SECRET);
  });
});
