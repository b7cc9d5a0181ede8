import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { makeProject } from '../../../packages/cli/test/project.ts';
import { runAsl } from '../../../packages/cli/test/run-asl.ts';

const LOSS = fileURLToPath(new URL('../../../docs/examples/camvid-miou.loss.json', import.meta.url));

/** Precision whose predicted pixels are counted under ignored ones too, which it does not say. */
const PRECISION = `
import { defineMetric, noOptions, type Plugin } from '@auto-seg-loss/kernel';
export const plugin: Plugin<'metric', Record<string, never>> = defineMetric({
  name: 'precision', summary: 'For tests', options: noOptions,
  measure: ({ and, sum }, { prediction, label, everywhere }) => ({
    hits: sum(and('hits', prediction, label)), predicted: sum(prediction, everywhere),
  }),
  score: ({ mean, ratio }, { hits, predicted }) => mean(ratio(hits, predicted)),
});
`;

/** One that asks for what is not there, in line 9. */
const THROWING = `
import { defineMetric, noOptions, type Plugin } from '@auto-seg-loss/kernel';

interface Weights { readonly of: { readonly first: number } }

export const plugin: Plugin<'metric', Record<string, never>> = defineMetric({
  name: 'throwing', summary: 'For tests', options: noOptions,
  measure: ({ and, sum }, { prediction, label }) => ({ hits: sum(and('hits', prediction, label)), all: sum(label) }),
  score: ({ mean, ratio, scale }, { hits, all }) => mean(scale(({} as Weights).of.first, ratio(hits, all))),
});
`;

const project = (): Promise<string> => makeProject({ 'precision.ts': PRECISION });

describe('asl verify', () => {
  test('says what breaks a law, on a picture as small as can be, and how to see it again', async () => {
    const cwd = await project();
    const { code, stdout } = await runAsl(['verify', 'precision.ts', '--seed', '1'], { cwd });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^metric precision$/m);
    expect(stdout).toMatch(/^ {2}ok +range +200 +The value, and that of each class/m);
    expect(stdout).toMatch(/^ {2}BROKEN +ignored +\d+ +What is predicted at ignored pixels changes nothing\.$/m);
    expect(stdout).toMatch(/^ {2}skipped +monotone +- +.* \(not claimed\)$/m);
    expect(stdout).toMatch(/\d+ laws hold, \d+ broken, \d+ skipped: 200 runs, seed 1, /);
    // A labelled pixel or two and an ignored one are enough.
    expect(stdout).toMatch(/│ label {3}prediction {3}\(1×[23]\)/);
    const [, replay = ''] =
      /see it again: npx --no-install asl (verify \.\/precision\.ts --law ignored .*)$/m.exec(stdout) ?? [];
    const again = await runAsl(
      replay.split(' ').map((word) => word.replaceAll("'", '')),
      { cwd },
    );
    expect(again.code).toBe(1);
    expect(again.stdout).toMatch(/│ label {3}prediction {3}\(1×[23]\)/);
    expect(again.stdout).toMatch(/0 laws hold, 1 broken, 0 skipped/);
  });

  test('what a plugin throws is shown once, with its file and line, for all laws that it breaks', async () => {
    const cwd = await makeProject({ 'throwing.ts': THROWING });
    const args = ['verify', 'throwing.ts', '--seed', '1', '--runs', '20'];
    const { code, stdout, stderr } = await runAsl([...args, '--github', '--junit', 'laws.xml'], { cwd });
    expect(code).toBe(1);
    expect(stdout.match(/it throws/g)).toHaveLength(1);
    expect(stdout).toMatch(
      /it throws: the metric "throwing" failed in score: TypeError: .* \(asl verify: .*throwing\.ts:9:\d+\) \(after/,
    );
    expect(stdout).toMatch(/the same breaks \d\d more: perfect, imperfect, flips, order, /);
    expect(stdout).toMatch(/ok +searchable/);
    expect(stdout).toMatch(/\d+ laws hold, 1\d broken/);
    expect(stderr.split('\n').filter((line) => line.startsWith('::error '))).toHaveLength(1);
    const xml = await readFile(join(cwd, 'laws.xml'), 'utf8');
    expect(xml.match(/throwing\.ts:9/g)).toHaveLength(1);
    expect(xml).toContain('the same as in &quot;range&quot;');
    const json = JSON.parse((await runAsl([...args, '--json'], { cwd })).stdout);
    const broken = json.subjects[0].laws.filter(({ status }: { status: string }) => status === 'broken');
    expect(broken.length).toBeGreaterThan(10);
    expect(new Set(broken.map((law: { counterexample: { thrown: string } }) => law.counterexample.thrown)).size).toBe(
      1,
    );
  });

  test('a refuted claim says how it is taken back', async () => {
    const cwd = await project();
    const { stdout } = await runAsl(['verify', 'precision.ts', '--seed', '1', '--law', 'ignored'], { cwd });
    expect(stdout).toMatch(
      /│.*\n {4}if it is not meant to hold, add "claims: \(\) => \(\{ leavesOutIgnored: false \}\),"\n {4}see it again/,
    );
  });

  test('--json, JUnit and annotations say the same', async () => {
    const cwd = await project();
    const { code, stdout, stderr } = await runAsl(
      ['verify', './precision.ts', '--seed', '1', '--json', '--junit', 'out/laws.xml', '--github'],
      { cwd },
    );
    expect(code).toBe(1);
    const result = JSON.parse(stdout);
    const broken = result.subjects[0].laws.filter((law: { status: string }) => law.status === 'broken');
    expect(result).toMatchObject({ seed: 1, runs: 200, broken: broken.length });
    expect(result.subjects[0]).toMatchObject({ kind: 'metric', name: 'precision', file: join(cwd, 'precision.ts') });
    expect(broken[0]).toMatchObject({
      law: 'perfect',
      counterexample: { drawing: expect.stringContaining('prediction'), path: expect.any(String) },
      replay: expect.stringMatching(/^npx --no-install asl verify \.\/precision\.ts --law perfect --seed 1 --replay/),
    });
    const xml = await readFile(join(cwd, 'out/laws.xml'), 'utf8');
    expect(xml).toMatch(new RegExp(`<testsuites name="asl verify" tests="\\d+" failures="${broken.length}"`));
    expect(xml).toContain('classname="metric precision" name="range: The value');
    expect(xml).toContain('file="precision.ts"');
    const annotations = stderr.split('\n').filter((line) => line.startsWith('::error '));
    expect(annotations).toHaveLength(broken.length);
    expect(annotations[0]).toMatch(
      /^::error file=precision\.ts,title=metric precision breaks "perfect"::The label itself/,
    );
    // Annotations are one line each: line breaks are escaped.
    expect(annotations[0]).toContain('%0A');
  });

  test('in GitHub Actions the code is annotated by itself, elsewhere it is not', async () => {
    const cwd = await project();
    const args = ['verify', 'precision.ts', '--seed', '1', '--law', 'ignored'];
    expect((await runAsl(args, { cwd, env: { GITHUB_ACTIONS: 'true' } })).stderr).toContain(
      '::error file=precision.ts',
    );
    expect((await runAsl(args, { cwd, env: { GITHUB_ACTIONS: '' } })).stderr).not.toContain('::error');
  });

  test('the same seed finds the same; another may not', async () => {
    const cwd = await project();
    const args = ['verify', 'precision.ts', '--json', '--law', 'ignored', '--seed'];
    const [a, b] = await Promise.all([runAsl([...args, '5'], { cwd }), runAsl([...args, '5'], { cwd })]);
    expect(a.stdout).toBe(b.stdout);
  });

  test('plugins by name, of one kind, with options; loss files and published losses', async () => {
    const dice = await runAsl(['verify', 'dice', '--runs', '20', '--json']);
    const kinds = JSON.parse(dice.stdout).subjects.map(({ kind }: { kind: string }) => kind);
    expect(dice.code).toBe(0);
    expect(kinds.sort()).toEqual(['loss', 'metric']);
    const bf1 = await runAsl([
      'verify',
      'bf1',
      '--kind',
      'metric',
      '--runs',
      '10',
      '--options',
      '{"tolerance": 2}',
      '--json',
    ]);
    expect(JSON.parse(bf1.stdout).subjects[0]).toMatchObject({ name: 'bf1', options: { tolerance: 2 } });
    const losses = await runAsl(['verify', LOSS, 'published:bf1', '--runs', '20', '--json']);
    expect(losses.code).toBe(0);
    expect(JSON.parse(losses.stdout).subjects).toMatchObject([
      {
        kind: 'searched loss',
        laws: expect.arrayContaining([expect.objectContaining({ law: 'theta', status: 'holds' })]),
      },
      { kind: 'searched loss', name: 'published:bf1' },
    ]);
  });

  test('a loss whose θ is not that of its curves', async () => {
    const loss = JSON.parse(await readFile(LOSS, 'utf8'));
    loss.theta[0] = 0.5;
    delete loss.sha256;
    const cwd = await makeProject({ 'my.loss.json': loss });
    const { code, stdout } = await runAsl(['verify', 'my.loss.json', '--runs', '10'], { cwd });
    expect(code).toBe(1);
    expect(stdout).toMatch(/BROKEN +theta /);
    expect(stdout).toContain('θ decodes to another curve');
  });

  test('the plugins of a config, with their options', async () => {
    const config = {
      metric: { use: 'weighted', metrics: [{ use: './precision.ts' }, { use: 'miou' }] },
      surrogate: { use: 'linear', knots: 2 },
      searcher: { use: 'random', rounds: 3, samples: 4 },
    };
    const cwd = await makeProject({ 'precision.ts': PRECISION, 'asl.config.json': config });
    const { code, stdout } = await runAsl(['verify', 'asl.config.json', '--runs', '20', '--seed', '1'], { cwd });
    expect(code).toBe(1);
    for (const head of ['metric weighted {"metrics":', 'surrogate linear {"knots":2}', 'searcher random {"rounds":3']) {
      expect(stdout).toContain(head);
    }
    for (const name of ['constraint truth-table', 'dataset scenes', 'network deeplab-lite'])
      expect(stdout).toContain(name);
    expect(stdout).toMatch(/see it again: npx --no-install asl verify asl\.config\.json --kind metric --law/);
  });

  test('what is wrong with the command line or a target is said in one message', async () => {
    const cwd = await makeProject({ 'broken.ts': 'export const plugin = 1;', 'my.json': { metric: 'mious' } });
    const cases: readonly (readonly [string[], string, RegExp])[] = [
      [['mious'], 'ASL_PLUGIN_NOT_FOUND', /Did you mean "miou"\?/],
      [['./gone.ts'], 'ASL_PLUGIN_NOT_FOUND', /"\.\/gone\.ts" was not found/],
      [['broken.ts'], 'ASL_PLUGIN_INVALID', /the module is no plugin/],
      [['my.json'], 'ASL_PLUGIN_NOT_FOUND', /metric "mious"/],
      [['gone.loss.json'], 'ASL_LOSS_INVALID', /no such file/],
      [['miou', '--law', 'rnge'], 'ASL_USAGE', /Did you mean "range"\?/],
      [['miou', '--options', '{"averag": 1}'], 'ASL_OPTIONS_INVALID', /Did you mean "average"\?/],
      [['miou', '--options', '[]'], 'ASL_USAGE', /must be a JSON object/],
      [['--options', '{}'], 'ASL_USAGE', /the name of the plugin/],
      [['miou', '--replay', '1:2'], 'ASL_USAGE', /--law and --seed/],
      [['miou', '--kind', 'searcher'], 'ASL_PLUGIN_NOT_FOUND', /nothing to verify/],
    ];
    for (const [args, errorCode, text] of cases) {
      const { code, stdout, stderr } = await runAsl(['verify', ...args], { cwd });
      expect([args.join(' '), code, stdout]).toEqual([args.join(' '), 2, '']);
      expect(stderr).toContain(errorCode);
      expect(stderr).toMatch(text);
      expect(stderr).not.toMatch(/^\s+at /m);
    }
  });
});
