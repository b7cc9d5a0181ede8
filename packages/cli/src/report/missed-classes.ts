import type { TrainedNetwork } from '@auto-seg-loss/runtime';
import { nameList } from './coverage-text.ts';

/** Classes that labels have and no network of a row predicts, as rows of what scores rest on. */
export function missedClasses(
  rows: readonly { readonly name: string; readonly networks: readonly TrainedNetwork[] }[],
): readonly (readonly [string, string])[] {
  const missed = rows.flatMap(({ name: by, networks }) => {
    const all = networks.flatMap((network) => (network.status === 'complete' ? [network.coverage.classes] : []));
    const names = (all[0] ?? []).flatMap(({ name, present }, c) => {
      return present > 0 && all.every((classes) => classes[c]?.predicted === 0) ? [name] : [];
    });
    return names.length === 0 ? [] : [`${nameList(names)} by ${by}`];
  });
  return missed.map((text, index) => [index === 0 ? 'never predicted' : '', text]);
}
