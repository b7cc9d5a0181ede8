import type { Network } from '@auto-seg-loss/ops';
import { fromPytorchOrder, pytorchShape, toPytorchOrder } from '@auto-seg-loss/weights';
import { tensor, type Variable } from '@tensorflow/tfjs-core';

/** A tensor as PyTorch code keeps it. */
export interface StateTensor {
  readonly dtype: 'float32';
  /** Filters are [out, in / groups, rows, columns]. */
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A network's parameters and statistics by the names, and in the layouts, that PyTorch code has them in. */
export type StateDict = ReadonlyMap<string, StateTensor>;

/** What became of a state dict. Names are the network's. */
export interface LoadReport {
  readonly taken: readonly string[];
  /** What the network has and the state dict has not: it stays as it was. */
  readonly missing: readonly string[];
  /** What the state dict has and the network has not; batch norm's counters of batches are no loss, and not listed. */
  readonly leftOver: readonly string[];
  /** What both have in different shapes: it stays as it was. */
  readonly mismatched: readonly {
    readonly name: string;
    readonly expected: readonly number[];
    readonly received: readonly number[];
  }[];
}

type Owner = Pick<Network, 'parameters' | 'statistics'>;

/**
 * Sets a network's variables to those of a state dict, as far as names and shapes are the same.
 * @param prefix what the network's names have before those of the state dict, such as `backbone.` for an encoder's weights; only
 *   variables with it are set, and missed.
 */
export function loadStateDict(network: Owner, stateDict: StateDict, prefix: string = ''): LoadReport {
  const taken: string[] = [];
  const missing: string[] = [];
  const mismatched: LoadReport['mismatched'][number][] = [];
  const variables = variablesOf(network).filter(([name]) => name.startsWith(prefix));
  for (const [name, variable] of variables) {
    const found = stateDict.get(name.slice(prefix.length));
    if (found === undefined) {
      missing.push(name);
      continue;
    }
    const expected = pytorchShape(variable.shape);
    if (String(found.shape) !== String(expected)) {
      mismatched.push({ name, expected, received: found.shape });
      continue;
    }
    assign(variable, found);
    taken.push(name);
  }
  const names = new Set(variables.map(([name]) => name));
  const leftOver = [...stateDict.keys()]
    .filter((name) => !name.endsWith('.num_batches_tracked'))
    .map((name) => `${prefix}${name}`)
    .filter((name) => !names.has(name));
  return { taken, missing, leftOver, mismatched };
}

/** A network's variables as a state dict, which PyTorch code can load. */
export function stateDict(network: Owner): StateDict {
  return new Map(
    variablesOf(network).map(([name, variable]) => {
      const data = variable.dataSync() as Float32Array;
      const { shape } = variable;
      return [name, { dtype: 'float32', shape: pytorchShape(shape), data: toPytorchOrder(data, shape) }] as const;
    }),
  );
}

function assign(variable: Variable, { data }: StateTensor): void {
  const { shape } = variable;
  const value = tensor(fromPytorchOrder(data, shape), shape);
  variable.assign(value);
  value.dispose();
}

function variablesOf({ parameters, statistics }: Owner): readonly (readonly [string, Variable])[] {
  return [...parameters, ...statistics].map(({ name, variable }) => [name, variable]);
}
