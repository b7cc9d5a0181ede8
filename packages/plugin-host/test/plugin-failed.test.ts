import { join } from 'node:path';
import { type AslError, isAslError, type PluginKind, Random } from '@auto-seg-loss/kernel';
import { search } from '@auto-seg-loss/runtime';
import { describe, expect, test } from 'vitest';
import { loaded, makeExecutor } from '../../runtime/test/in-process.ts';
import { failure, makeProject, pluginSource } from '../../runtime/test/project.ts';
import { CONFIG } from '../../runtime/test/search-of-seconds.ts';
import { checkPlugin } from '../src/check-plugin.ts';

const CONTEXT = { baseDir: '', cacheDir: '' };

async function make(kind: PluginKind, create: string, files: Readonly<Record<string, string>> = {}) {
  const baseDir = await makeProject({ 'mine.mjs': pluginSource(kind, 'mine', undefined, create), ...files });
  const checked = await checkPlugin({ kind, use: { use: './mine.mjs' }, where: kind }, baseDir);
  return { baseDir, file: join(baseDir, 'mine.mjs'), made: () => checked.make(CONTEXT) as Promise<never> };
}

/** The AslError that a call ends with, now or later. */
async function thrownBy(call: () => unknown): Promise<AslError> {
  const error: unknown = await Promise.resolve()
    .then(call)
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );
  if (isAslError(error)) return error;
  throw new Error(`expected an AslError, got ${String(error)}`);
}

/** An object all of whose methods throw. */
const failing = (...methods: readonly string[]): string =>
  `({ ${methods.map((name) => `${name}: () => undefined.boom`).join(', ')} })`;
/** One with other members beside them. */
const also = (object: string, members: string): string => `{ ...${object}, ${members} }`;
const SURROGATE = failing('dimensions', 'start', 'decode', 'encode', 'fromPoints');
const CURVE = failing('value', 'derivative');
const SEARCHER = failing('ask', 'tell', 'snapshot', 'restore', 'report', 'recommend');
const SPLITS = `train: { read: async () => undefined.boom }, val: ${failing('read')}`;

/** Every method that is called from outside of a plugin, by the way to it, on what `create` makes. */
const METHODS: readonly (readonly [kind: PluginKind, way: string, made: string])[] = [
  ...['measure', 'score'].map((way) => ['metric', way, failing('measure', 'score')] as const),
  ...['dimensions', 'start', 'decode', 'encode', 'fromPoints'].map((way) => ['surrogate', way, SURROGATE] as const),
  ...['decode.value', 'decode.derivative', 'fromPoints.value'].map(
    (way) => ['surrogate', way, `(${also(SURROGATE, `decode: () => ${CURVE}, fromPoints: () => ${CURVE}`)})`] as const,
  ),
  ...['pin', 'project', 'lift', 'check'].map(
    (way) => ['constraint', way, failing('pin', 'project', 'lift', 'check')] as const,
  ),
  ['searcher', 'create', failing('create')],
  ...['ask', 'tell', 'snapshot', 'restore', 'report', 'recommend'].map(
    (way) => ['searcher', `create.${way}`, `({ create: () => ${SEARCHER} })`] as const,
  ),
  ...['fingerprint', 'train.read', 'val.read'].map(
    (way) => ['dataset', way, `(${also(failing('fingerprint'), SPLITS)})`] as const,
  ),
  ['loss', 'value', failing('value')],
  ['network', 'build', failing('build')],
  ...['forward', 'dispose'].map(
    (way) => ['network', `build.${way}`, `({ build: () => ${failing('forward', 'dispose')} })`] as const,
  ),
];

/** Reads members, and calls those that are methods. */
async function follow(made: unknown, way: string): Promise<void> {
  let at = made;
  for (const name of way.split('.')) {
    const member = (at as Readonly<Record<string, unknown>>)[name];
    at = typeof member === 'function' ? await member() : member;
  }
}

describe('what a plugin throws names it, its file and line', () => {
  test.each(METHODS)('a %s in %s', async (kind, way, create) => {
    const { file, made } = await make(kind, `() => ${create}`);
    const product = await made();
    const error = await thrownBy(() => follow(product, way));
    const method = way.split('.').at(-1);
    expect(error.code).toBe('ASL_PLUGIN_FAILED');
    expect(error.message).toMatch(
      new RegExp(`^the ${kind} "mine" failed in ${method}: TypeError: Cannot read properties of undefined`),
    );
    expect(error.details.where).toMatch(new RegExp(`^${kind}: .*mine\\.mjs:2:\\d+$`));
    expect(error.details.where).toContain(file);
    expect(error.details.cause).toBeInstanceOf(TypeError);
    expect(error.exitCode).toBe(1);
  });

  test('a getter too', async () => {
    const { made } = await make(
      'searcher',
      `() => ({ create: () => ({ get rounds() { return undefined.boom; }, ask() {}, tell() {}, snapshot() {}, restore() {} }) })`,
    );
    const factory = (await made()) as { create: () => { rounds: number } };
    const searcher = factory.create();
    expect((await thrownBy(() => searcher.rounds)).message).toContain(
      'the searcher "mine" failed in rounds: TypeError',
    );
  });

  test('in create, now or later', async () => {
    for (const create of ['() => undefined.boom', 'async () => undefined.boom']) {
      const { made } = await make('metric', create);
      const error = await failure(made());
      expect(error.code).toBe('ASL_PLUGIN_FAILED');
      expect(error.message).toContain('failed in create: TypeError');
      expect(error.details.where).toMatch(/mine\.mjs:2:\d+$/);
    }
  });

  test('in its schema', async () => {
    const options = `z.strictObject({ a: z.number().default(1).refine(() => { throw new RangeError('no'); }) })`;
    const baseDir = await makeProject({ 'mine.mjs': pluginSource('metric', 'mine', options) });
    const error = await failure(checkPlugin({ kind: 'metric', use: { use: './mine.mjs' }, where: 'metric' }, baseDir));
    expect(error.message).toBe('the metric "mine" failed in the check of its options: RangeError: no');
    expect(error.details.where).toMatch(/mine\.mjs:2:\d+$/);
  });

  test('while it is loaded', async () => {
    const baseDir = await makeProject({ 'mine.mjs': '\n\nexport const plugin = undefined.boom;\n' });
    const error = await failure(checkPlugin({ kind: 'metric', use: { use: './mine.mjs' }, where: 'metric' }, baseDir));
    expect(error.code).toBe('ASL_PLUGIN_INVALID');
    expect(error.details.where).toMatch(/mine\.mjs:3:\d+$/);
  });

  test('the innermost line of its own, not one of what it calls', async () => {
    const create = `() => ({ value: () => { helper(new Map()); } })`;
    const { baseDir, made } = await make('loss', create);
    const source = `import { helper } from './lib/helper.mjs';\n${pluginSource('loss', 'mine', undefined, create)}`;
    const { made: other } = await make('loss', create, {
      'mine.mjs': source,
      'lib/helper.mjs': `import { z } from 'zod';\nexport function helper() {\n  z.number().parse('x');\n}\n`,
    });
    const product = (await other()) as { value: () => void };
    const error = await thrownBy(() => product.value());
    expect(error.details.where).toMatch(/lib\/helper\.mjs:3:\d+$/);
    const unknown = (await made()) as { value: () => void };
    expect((await thrownBy(() => unknown.value())).message).toContain('ReferenceError: helper is not defined');
    expect(baseDir).not.toBe('');
  });

  test('whatever it is that it throws', async () => {
    for (const [thrown, text] of [
      [`'a string'`, '"a string"'],
      ['null', 'null'],
      ['{ a: 1 }', '[object Object]'],
      [`new Error('first\\nsecond')`, 'Error: first'],
    ] as const) {
      const { file, made } = await make('loss', `() => ({ value: () => { throw ${thrown}; } })`);
      const product = (await made()) as { value: () => void };
      const error = await thrownBy(() => product.value());
      expect(error.message).toBe(`the loss "mine" failed in value: ${text}`);
      expect(error.details.where).toContain(file);
    }
  });

  test('AslErrors, and what the machine lacks, stay what they are', async () => {
    const { made } = await make(
      'dataset',
      `() => {
        const read = (code, more) => async () => { throw Object.assign(new Error('as it is'), { code, ...more }); };
        return { train: { read: read('ASL_DATA_INVALID', { details: {} }) }, val: { read: read('ENOSPC') }, fingerprint: () => '' };
      }`,
    );
    const { train, val } = (await made()) as Record<'train' | 'val', { read: () => Promise<unknown> }>;
    await expect(train.read()).rejects.toMatchObject({ code: 'ASL_DATA_INVALID', message: 'as it is' });
    await expect(val.read()).rejects.toMatchObject({ code: 'ENOSPC', message: 'as it is' });
  });
});

describe('what a plugin makes', () => {
  test.each([
    [
      'metric',
      '() => ({ measure: () => 1 })',
      /^create of the metric "mine" makes what is not a metric$/,
      'one without score',
    ],
    ['metric', '() => undefined', /makes what is not a metric/, 'undefined'],
    ['network', '() => 3', /makes what is not an architecture/, '3'],
    ['dataset', `() => ({ fingerprint: () => '' })`, /makes what is not a data set/, 'one without train, val'],
  ] as const)('must be a %s: %s', async (kind, create, message, received) => {
    const { made } = await make(kind, create);
    const error = await failure(made());
    expect(error).toMatchObject({ code: 'ASL_PLUGIN_INVALID', message: expect.stringMatching(message) });
    expect(error.details.received).toBe(received);
  });

  test('makes what it must, too', async () => {
    const { made } = await make('searcher', `() => ({ create: () => ({ ask: () => [] }) })`);
    const factory = (await made()) as { create: () => unknown };
    expect(await thrownBy(() => factory.create())).toMatchObject({
      code: 'ASL_PLUGIN_INVALID',
      message: 'create of the searcher "mine" makes what is not a searcher',
      details: { received: 'one without tell, snapshot, restore' },
    });
  });

  test('gives results that can be used', async () => {
    const { made } = await make('loss', `() => ({ value: () => 0.5 })`);
    const loss = (await made()) as { value: () => unknown };
    expect(await thrownBy(() => loss.value())).toMatchObject({
      code: 'ASL_PLUGIN_FAILED',
      message: 'the loss "mine" gave what is none of its results in value',
      details: { expected: 'a tensor', received: 'number' },
    });
  });

  test('is itself: its parts are the same each time, its state is its own', async () => {
    const { made } = await make(
      'searcher',
      `() => ({ create: (space, random) => new (class { #n = 0; get samples() { return this.#n; } ask() { this.#n += 1; return []; } tell() {} snapshot() { return this.#n; } restore() {} })() })`,
    );
    const factory = (await made()) as unknown as { create: (space: object, random: Random) => Record<string, never> };
    const searcher = factory.create({}, Random.fromSeed(1)) as unknown as {
      samples: number;
      ask: () => unknown;
      report?: unknown;
    };
    searcher.ask();
    searcher.ask();
    expect(searcher.samples).toBe(2);
    expect(searcher.report).toBeUndefined();
    const { made: other } = await make(
      'dataset',
      `() => { const s = { read: () => 1 }; return { train: s, val: s, fingerprint: () => '' }; }`,
    );
    const data = (await other()) as { train: object };
    expect(data.train).toBe(data.train);
  });
});

describe('a search whose plugin throws', () => {
  test('ends with the first trial, whose plugin it names, and trains no other', async () => {
    const source = pluginSource(
      'metric',
      'mine',
      undefined,
      `() => ({
  name: 'mine',
  measure: ({ and, sum }, { prediction, label }) => ({ hits: sum(and('hits', prediction, label)) }),
  score: ({ mean }, { hits }) => mean(hits.nothing.at(0)),
})`,
    );
    const config = await loaded(
      { metric: './mine.mjs', searcher: { use: 'random', rounds: 2, samples: 50 } },
      { 'mine.mjs': source },
    );
    let trials = 0;
    const counted: typeof makeExecutor = (init, ...rest) => {
      const executor = makeExecutor(init, ...rest);
      return {
        ...executor,
        run: (task, ...more) => {
          if (init.job === 'trial') trials += 1;
          return executor.run(task, ...more);
        },
      };
    };
    const error = await failure(search(config, { makeExecutor: counted }));
    expect(error).toMatchObject({
      code: 'ASL_PLUGIN_FAILED',
      message: expect.stringMatching(/^the metric "mine" failed in score: TypeError/),
      details: { where: expect.stringMatching(/^metric: .*mine\.mjs:5:\d+$/) },
    });
    expect(trials).toBe(1);
    expect(CONFIG.searcher.samples).toBe(3);
  });
});
