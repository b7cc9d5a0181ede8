import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder, writeFileAtomic } from '@auto-seg-loss/files';
import { AslError } from '@auto-seg-loss/kernel';
import type { Network } from '@auto-seg-loss/ops';
import { contentHash, decodeSafetensors, encodeSafetensors, type WeightTensor } from '@auto-seg-loss/weights';
import { tensor, type Variable } from '@tensorflow/tfjs-core';

/** A float32 tensor of a checkpoint, in the layout of TensorFlow. */
type StoredTensor = Pick<WeightTensor, 'shape' | 'data'>;

/** A network's parameters and statistics, off the device. */
export interface Checkpoint {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Free text by key; `sha256` is set by `saveCheckpoint`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Downloads a network's parameters and statistics. */
export function takeCheckpoint(network: Network, metadata: Readonly<Record<string, string>> = {}): Checkpoint {
  const tensors = new Map<string, StoredTensor>();
  for (const [name, variable] of variablesOf(network)) {
    tensors.set(name, { shape: [...variable.shape], data: new Float32Array(variable.dataSync()) });
  }
  return { tensors, metadata };
}

/**
 * Sets a network's parameters and statistics to a checkpoint's. Nothing is changed unless all of them fit.
 * @param where where the checkpoint comes from, for messages.
 * @throws AslError ASL_RUN_CHANGED if a name is missing or left over, or a shape differs: another architecture, other options
 * or another number of classes.
 */
export function loadCheckpoint(checkpoint: Checkpoint, network: Network, where: string): void {
  const variables = variablesOf(network);
  const mismatch = (expected: string, received: string) =>
    new AslError('ASL_RUN_CHANGED', 'the checkpoint is of another network', {
      where,
      expected,
      received,
      remedy: 'use the network options and the classes that it was made with, or delete it to have it made again',
    });
  for (const [name, variable] of variables) {
    const stored = checkpoint.tensors.get(name);
    if (stored === undefined) throw mismatch(`a tensor "${name}"`, `${checkpoint.tensors.size} tensors without it`);
    const shape = JSON.stringify(variable.shape);
    if (JSON.stringify(stored.shape) !== shape) {
      throw mismatch(`shape ${shape} for "${name}"`, JSON.stringify(stored.shape));
    }
  }
  const extra = [...checkpoint.tensors.keys()].find((name) => !variables.has(name));
  if (extra !== undefined) throw mismatch(`the network's ${variables.size} tensors only`, `a tensor "${extra}" too`);
  for (const [name, variable] of variables) {
    const stored = checkpoint.tensors.get(name);
    if (stored === undefined) continue;
    const value = tensor(stored.data, variable.shape, 'float32');
    variable.assign(value);
    value.dispose();
  }
}

/** Writes a checkpoint in the safetensors format, with a SHA-256 over names, shapes and values in its metadata. */
export async function saveCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const metadata = { ...checkpoint.metadata, sha256: contentHash(checkpoint) };
  makeFolder(dirname(path));
  writeFileAtomic(path, encodeSafetensors({ tensors: checkpoint.tensors, metadata }));
}

/**
 * Reads a checkpoint that `saveCheckpoint` wrote.
 * @returns undefined if there is no such file.
 * @throws AslError ASL_STATE_CORRUPT if it is damaged: cut short, changed, or without its SHA-256.
 */
export async function readCheckpoint(path: string): Promise<Checkpoint | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new AslError('ASL_RUN_FOLDER', 'the checkpoint could not be read', {
      where: path,
      cause,
      received: String(cause),
    });
  }
  const checkpoint = decodeSafetensors(bytes, ({ expected, received }) => corrupt(path, expected, received));
  const expected = contentHash(checkpoint);
  if (checkpoint.metadata.sha256 !== expected) {
    throw corrupt(path, `SHA-256 ${checkpoint.metadata.sha256 ?? 'in its metadata'}`, expected);
  }
  return checkpoint;
}

function corrupt(where: string, expected: string, received: string): AslError {
  return new AslError('ASL_STATE_CORRUPT', 'the checkpoint is damaged', {
    where,
    expected,
    received,
    remedy: 'delete the file; it is made again by the next run',
  });
}

function variablesOf(network: Network): ReadonlyMap<string, Variable> {
  return new Map([...network.parameters, ...network.statistics].map(({ name, variable }) => [name, variable]));
}
