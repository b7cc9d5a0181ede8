import type { Network } from '@auto-seg-loss/ops';
import { type Checkpoint, loadCheckpoint } from '../checkpoint.ts';
import { encoderOf, headOf } from '../features/halves-of.ts';
import type { ProxyInputs } from './proxy-inputs.ts';

/** What the networks of all trials have in common before they are trained. */
export interface CommonWeights {
  /** The warm start. */
  readonly start: Checkpoint | undefined;
  /** The encoder that features are kept of; undefined where all of the network is trained. */
  readonly encoder: Checkpoint | undefined;
}

/**
 * The network that a trial begins with. Trials of one stream begin with the same.
 * @returns the caller's; with a kept encoder, its head alone is trained.
 */
export function firstNetwork(
  { architecture, dataset, random, warmStart }: ProxyInputs,
  { start, encoder }: CommonWeights,
  stream: string,
): Network {
  const network = architecture.build(dataset.classes.length, random.split(stream).split('weights'));
  try {
    if (start !== undefined) loadCheckpoint(start, network, warmStart?.path ?? 'the warm start');
    if (encoder === undefined) return network;
    loadCheckpoint(encoder, encoderOf(network), 'the encoder that features are kept of');
    return headOf(network);
  } catch (error) {
    network.dispose();
    throw error;
  }
}
