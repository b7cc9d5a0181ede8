import type { Network } from '@auto-seg-loss/ops';

type Named = { readonly name: string };

/** A network as its head alone is trained: without the variables of its encoder. Disposed with the network. */
export function headOf(network: Network): Network {
  return only(network, (name) => network.halves?.isOfEncoder(name) !== true);
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
