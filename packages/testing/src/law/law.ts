import fc from 'fast-check';
import { LawBroken } from './law-broken.ts';
import { thrownBy } from './thrown.ts';

/** How a law is tried. */
export interface CheckOptions {
  /** Inputs to try; costly laws take a share of them. Default 100. */
  readonly runs?: number;
  /** The same seed tries the same inputs. Default: another one each time; reports name it. */
  readonly seed?: number;
  /** The `path` of an earlier counterexample: with its seed and runs, it alone is tried. */
  readonly replay?: string;
}

/** What breaks a law, as small as it could be made. */
export interface Counterexample {
  /** What was found, in one sentence. */
  readonly message: string;
  /** The numbers that show it. */
  readonly numbers: Readonly<Record<string, unknown>>;
  /** The input as text: pictures are drawn. */
  readonly drawing: string;
  /** What may be done about it, such as the line that takes a claim back. */
  readonly remedy?: string;
  /** Where something was thrown: equal for what is thrown at the same place. */
  readonly thrown?: string;
  /** For `CheckOptions.replay`. */
  readonly path: string;
  /** How often it was made smaller. */
  readonly shrinks: number;
}

/** What came of a law. */
export type LawReport = { readonly law: string; readonly statement: string } & (
  | { readonly status: 'holds'; readonly runs: number; readonly seed: number }
  | { readonly status: 'skipped'; readonly reason: string }
  | {
      readonly status: 'broken';
      readonly runs: number;
      readonly seed: number;
      readonly counterexample: Counterexample;
    }
);

/** A law of one plugin, to be checked by any test runner: `test(law.name, () => law.assert())`. */
export interface Law {
  /** Within its kind: lower case, with dashes. */
  readonly name: string;
  /** In words, for somebody who has never seen it. */
  readonly statement: string;
  /** Why it is not checked; undefined where it is. */
  readonly skipped: string | undefined;
  /** Tries it on drawn inputs. Never throws for what a plugin does. */
  check(options?: CheckOptions): Promise<LawReport>;
  /** @throws Error with statement, counterexample and seed, if it is broken. */
  assert(options?: CheckOptions): Promise<void>;
}

/** A law as its author writes it. */
export interface LawDefinition<Input> {
  readonly name: string;
  readonly statement: string;
  /** What it is tried on. */
  readonly inputs: fc.Arbitrary<Input>;
  /** @throws LawBroken (see `demand`) where it does not hold; whatever else is thrown breaks it too. */
  holds(input: Input): void | Promise<void>;
  /** An input as a person wants to see it. */
  show(input: Input): string;
  /** What may be done where this input breaks it. */
  remedy?(input: Input): string;
  /** Share of the runs that it is worth; default 1. */
  readonly share?: number;
  /** Why it does not apply here: it is then not tried. */
  readonly skip?: string | undefined;
}

const RUNS = 100;
/** A counterexample is not made smaller for longer. */
const SHRINK_MS = 60_000;

export function law<Input>(definition: LawDefinition<Input>): Law {
  const { name, statement, skip } = definition;
  const check = (options: CheckOptions = {}): Promise<LawReport> => checkLaw(definition, options);
  return {
    name,
    statement,
    skipped: skip,
    check,
    assert: async (options) => {
      const report = await check(options);
      if (report.status === 'broken') throw new Error(describeBroken(report));
    },
  };
}

async function checkLaw<Input>(definition: LawDefinition<Input>, options: CheckOptions): Promise<LawReport> {
  const { name, statement, inputs, skip, share = 1 } = definition;
  if (skip !== undefined) return { law: name, statement, status: 'skipped', reason: skip };
  const runs = Math.max(1, Math.round((options.runs ?? RUNS) * share));
  let tried = false;
  const checked = await tryCheck(
    fc.asyncProperty(inputs, async (input) => {
      // From a path, fast-check goes on to what it would have tried next.
      if (tried && options.replay !== undefined) return;
      tried = true;
      await definition.holds(input);
    }),
    {
      numRuns: runs,
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(options.replay === undefined ? {} : { path: options.replay, endOnFailure: true }),
      interruptAfterTimeLimit: SHRINK_MS,
    },
  );
  if ('failure' in checked) {
    const { message, thrown } = thrownBy(checked.failure);
    const counterexample = {
      message: `its inputs cannot be made: ${message}`,
      numbers: {},
      drawing: '',
      thrown,
      path: '',
      shrinks: 0,
    };
    return { law: name, statement, status: 'broken', runs: 0, seed: options.seed ?? 0, counterexample };
  }
  const { details } = checked;
  const { seed } = details;
  // A check that is stopped before it found anything has tried fewer inputs.
  if (!details.failed) return { law: name, statement, status: 'holds', runs: details.numRuns, seed };
  if (details.counterexample === null) {
    const reason = `no input fits it: ${details.numSkips} of ${details.numSkips + details.numRuns} were passed over`;
    const counterexample = { message: reason, numbers: {}, drawing: '', path: '', shrinks: 0 };
    return { law: name, statement, status: 'broken', runs: details.numRuns, seed, counterexample };
  }
  const [input] = details.counterexample;
  const error: unknown = details.errorInstance;
  const found = error instanceof LawBroken ? brokenBy(definition, input, error) : { ...thrownBy(error), numbers: {} };
  return {
    law: name,
    statement,
    status: 'broken',
    runs: details.numRuns,
    seed,
    counterexample: {
      ...found,
      drawing: drawn(definition, input),
      path: details.counterexamplePath ?? '',
      shrinks: details.numShrinks,
    },
  };
}

/** Inputs may be made of what a plugin says of itself, so that making them can fail. */
async function tryCheck<Input>(
  property: fc.IAsyncProperty<[Input]>,
  parameters: fc.Parameters<[Input]>,
): Promise<{ readonly details: fc.RunDetails<[Input]> } | { readonly failure: unknown }> {
  try {
    return { details: await fc.check(property, parameters) };
  } catch (error) {
    return { failure: error };
  }
}

function brokenBy<Input>(
  { remedy }: LawDefinition<Input>,
  input: Input,
  { message, numbers }: LawBroken,
): Pick<Counterexample, 'message' | 'numbers' | 'remedy'> {
  return { message, numbers, ...(remedy === undefined ? {} : { remedy: remedy(input) }) };
}

/** An input may be drawn with the help of what throws. */
function drawn<Input>({ show }: LawDefinition<Input>, input: Input): string {
  try {
    return show(input);
  } catch (error) {
    return `it cannot be drawn: ${thrownBy(error).message}`;
  }
}

/** A broken law as text: what it says, what was found, on what, and how to see it again. */
export function describeBroken(report: LawReport & { readonly status: 'broken' }): string {
  const { law: name, statement, counterexample, seed, runs } = report;
  const numbers = Object.entries(counterexample.numbers).map(([key, value]) => `  ${key}: ${showNumber(value)}`);
  return [
    `${name}: ${statement}`,
    `Broken after ${runs} inputs: ${counterexample.message}`,
    ...numbers,
    ...counterexample.drawing.split('\n').map((line) => `  ${line}`),
    ...(counterexample.remedy === undefined ? [] : [`  ${counterexample.remedy}`]),
    `  seed ${seed}, replay "${counterexample.path}"`,
  ].join('\n');
}

function showNumber(value: unknown): string {
  if (value instanceof Float32Array || value instanceof Float64Array) return `[${Array.from(value).join(', ')}]`;
  return typeof value === 'number' ? String(value) : JSON.stringify(value, (_, each) => showNonFinite(each));
}

/** JSON has no NaN and no infinity. */
function showNonFinite(value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
