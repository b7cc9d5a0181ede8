import type { ProxyOptions } from '@auto-seg-loss/config';
import { type Json, trainingContent } from '@auto-seg-loss/kernel';

/** A proxy task's options as they are hashed and written into losses: as `trainingContent`, and so is its warm start. */
export function proxyContent(proxy: ProxyOptions): Json {
  const { network, keptFeatures, ...options } = proxy;
  const { folds, ...division } = proxy.reward;
  // Where it was, so that fields keep their order.
  const reward = folds === null ? division : { ...division, folds };
  const content = trainingContent({ ...options, reward } as unknown as ProxyOptions);
  const warmStart = proxy.warmStart === null ? null : trainingContent(proxy.warmStart);
  return {
    ...content,
    warmStart,
    ...(network === null ? {} : { network }),
    ...(keptFeatures === null ? {} : { keptFeatures: { ...keptFeatures } }),
  };
}
