// The kinds loss and network are declared there.

import { AslError, type PluginKind, type PluginProducts } from '@auto-seg-loss/kernel';
import type {} from '@auto-seg-loss/ops';
import { type Origin, pluginFailed, wrongResult } from './plugin-failed.ts';
import { standIn } from './stand-in.ts';

/** The members of what a plugin makes that are called from outside of it. */
interface Shape {
  /** What it is, for messages: "a metric". */
  readonly is: string;
  /** Methods that it must have. */
  readonly methods: readonly string[];
  /** Methods that make something with methods, and properties that hold such. */
  readonly makes?: Readonly<Record<string, Shape>>;
  /** What methods must give, where what comes after them would stumble over anything else. */
  readonly gives?: Readonly<Record<string, Result>>;
}

interface Result {
  readonly expected: string;
  fits(value: unknown): boolean;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const TENSOR: Result = { expected: 'a tensor', fits: (value) => isObject(value) && 'dataId' in value };
const SUMS: Result = { expected: 'an object of sums, by name', fits: isObject };
const CLASSES: Result = { expected: 'a Uint8Array of classes', fits: (value) => value instanceof Uint8Array };
/** What it is only its interpreter knows. */
const SCORE: Result = {
  expected: 'what mean, weightedMean or combine gives',
  fits: (value) => value !== undefined && value !== null,
};

const NUMBERS: Result = { expected: 'a Float64Array', fits: (value) => value instanceof Float64Array };

const CURVE: Shape = { is: 'a curve', methods: ['value', 'derivative'] };
const SEARCHER: Shape = { is: 'a searcher', methods: ['ask', 'tell', 'snapshot', 'restore'] };
const SPLIT: Shape = { is: 'a split', methods: ['read'] };
const NETWORK: Shape = { is: 'a network', methods: ['forward', 'dispose'], gives: { forward: TENSOR } };

const SHAPES: Readonly<Record<PluginKind, Shape>> = {
  metric: { is: 'a metric', methods: ['measure', 'score'], gives: { measure: SUMS, score: SCORE } },
  surrogate: {
    is: 'a surrogate',
    methods: ['dimensions', 'start', 'decode', 'encode', 'fromPoints'],
    makes: { decode: CURVE, fromPoints: CURVE },
  },
  constraint: { is: 'a constraint', methods: ['pin', 'project', 'lift', 'check'] },
  searcher: { is: 'a factory of searchers', methods: ['create'], makes: { create: SEARCHER } },
  dataset: { is: 'a data set', methods: ['fingerprint'], makes: { train: SPLIT, val: SPLIT } },
  loss: { is: 'a loss', methods: ['value'], gives: { value: TENSOR } },
  // What its methods make rejects with the reason of a signal, which is nobody's failure.
  executor: { is: 'what makes executors', methods: ['create'] },
  decoder: { is: 'a decoder', methods: ['decode'], gives: { decode: CLASSES } },
  network: { is: 'an architecture', methods: ['build'], makes: { build: NETWORK } },
  'report-metric': {
    is: 'a metric of reports',
    methods: ['measure', 'score'],
    gives: { measure: NUMBERS, score: { expected: 'an object with value and perClass', fits: isObject } },
  },
};

/** Frames of a stack: between a plugin's code and the operation of a tensor that throws there are more than the ten of V8. */
const STACK = 60;

/**
 * What a plugin made, such that whatever its code throws from then on names the plugin (ASL_PLUGIN_FAILED), in methods of what
 * its methods make too, and later, in promises.
 * @param make calls the plugin's `create`.
 * @throws AslError ASL_PLUGIN_FAILED for what `create` throws; ASL_PLUGIN_INVALID where it makes nothing of its kind.
 */
export async function attributed<K extends PluginKind>(
  origin: Origin & { readonly kind: K },
  make: () => unknown,
): Promise<PluginProducts[K]> {
  Error.stackTraceLimit = Math.max(Error.stackTraceLimit, STACK);
  const made = await blaming('create', origin, make);
  return guarded(made, SHAPES[origin.kind], 'create', origin) as PluginProducts[K];
}

/** Calls a plugin's code. @param doing what it does, for messages. @throws AslError naming the plugin, for whatever it throws. */
export function blaming<T>(doing: string, origin: Origin, call: () => T): T {
  let result: T;
  try {
    result = call();
  } catch (error) {
    throw pluginFailed(error, doing, origin);
  }
  return isPromise(result) ? (result.then(undefined, failedLater(doing, origin)) as T) : result;
}

function failedLater(doing: string, origin: Origin): (error: unknown) => never {
  return (error) => {
    throw pluginFailed(error, doing, origin);
  };
}

function isPromise(value: unknown): value is Promise<unknown> {
  return isObject(value) && 'then' in value && typeof value.then === 'function';
}

/** @param by what made it, for messages. */
function guarded(made: unknown, shape: Shape, by: string, origin: Origin): object {
  // Members may be getters, which can throw.
  const sound = blaming(by, origin, () => withMembers(made, shape, by, origin));
  const { makes = {}, gives = {} } = shape;
  const known = new WeakMap<object, object>();
  const product = (name: string, value: unknown): unknown => {
    const made = makes[name];
    if (made === undefined) return value;
    // What is the same for the plugin is the same for others.
    const before = isObject(value) ? known.get(value) : undefined;
    const after = before ?? guarded(value, made, name, origin);
    if (before === undefined) known.set(value as object, after);
    return after;
  };
  return standIn(sound, {
    read: (name, read) => product(name, blaming(name, origin, read)),
    method: (name, method) => {
      const given = gives[name];
      const checked = (value: unknown): unknown => {
        if (given !== undefined && !given.fits(value)) throw wrongResult(given.expected, value, name, origin);
        return product(name, value);
      };
      return (...args) => {
        let result: unknown;
        try {
          result = method(...args);
        } catch (error) {
          throw pluginFailed(error, name, origin);
        }
        return isPromise(result) ? result.then(checked, failedLater(name, origin)) : checked(result);
      };
    },
  });
}

/** @throws AslError ASL_PLUGIN_INVALID where something is not what it should be. */
function withMembers(made: unknown, { is, methods, makes = {} }: Shape, by: string, origin: Origin): object {
  const properties = Object.keys(makes).filter((name) => !methods.includes(name));
  const missing = (object: object): readonly string[] => [
    ...methods.filter((name) => typeof Reflect.get(object, name) !== 'function'),
    ...properties.filter((name) => !isObject(Reflect.get(object, name))),
  ];
  if (isObject(made) && missing(made).length === 0) return made;
  const { kind, name, location, where } = origin;
  throw new AslError('ASL_PLUGIN_INVALID', `${by} of the ${kind} "${name}" makes what is not ${is}`, {
    where: `${where}: ${location.file}`,
    expected: `an object with ${[...methods, ...properties].join(', ')}`,
    received: isObject(made) ? `one without ${missing(made).join(', ')}` : String(made),
  });
}
