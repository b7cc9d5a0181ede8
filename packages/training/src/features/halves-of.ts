import type { Network } from '@auto-seg-loss/ops';
import { tidy } from '@tensorflow/tfjs-core';

type Named = { readonly name: string };

/**
 * A network as its head alone is trained: without the variables of its encoder, which runs as in evaluation whatever the head
 * does. Disposed with the network.
 */
export function headOf(network: Network): Network {
  const { halves } = network;
  const head = only(network, (name) => halves?.isOfEncoder(name) !== true);
  if (halves === undefined) return head;
  return {
    ...head,
    forward: (images, training) => {
      const [, height, width] = images.shape;
      return tidy(() => halves.forward(halves.encode(images), [height, width], training));
    },
    trainingLogits: (images) => {
      const [, height, width] = images.shape;
      return halves.trainingLogits(halves.encode(images), [height, width]);
    },
  };
}

/** A network with the variables of its encoder alone. Disposed with the network. */
export function encoderOf(network: Network): Network {
  return only(network, (name) => network.halves?.isOfEncoder(name) === true);
}

function only(network: Network, isWanted: (name: string) => boolean): Network {
  const wanted = ({ name }: Named): boolean => isWanted(name);
  return {
    ...network,
    parameters: network.parameters.filter(wanted),
    statistics: network.statistics.filter(wanted),
  };
}
