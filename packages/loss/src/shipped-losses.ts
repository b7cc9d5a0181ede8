import type { Plugin } from '@auto-seg-loss/kernel';
import { plugin as crossEntropy } from '@auto-seg-loss/loss-cross-entropy';
import { plugin as dice } from '@auto-seg-loss/loss-dice';
import { plugin as dpce } from '@auto-seg-loss/loss-dpce';
import { plugin as focal } from '@auto-seg-loss/loss-focal';
import { plugin as jaccard } from '@auto-seg-loss/loss-jaccard';
import { plugin as jdt } from '@auto-seg-loss/loss-jdt';
import { plugin as lovasz } from '@auto-seg-loss/loss-lovasz';
import { plugin as ssim } from '@auto-seg-loss/loss-ssim';
import { plugin as tversky } from '@auto-seg-loss/loss-tversky';
import type { GivenPlugins } from '@auto-seg-loss/shipped';

/** Every hand-made loss of this project. */
const shippedLosses: readonly Plugin[] = [crossEntropy, dice, dpce, focal, jaccard, jdt, lovasz, ssim, tversky];

/** What a program gives, and after it this project's hand-made losses. */
export function withShippedLosses(given: GivenPlugins): GivenPlugins {
  if (isList(given)) return [...given, ...shippedLosses];
  const own = shippedLosses.map((plugin) => [`@auto-seg-loss/loss-${plugin.name}`, plugin] as const);
  return { ...given, ...Object.fromEntries(own.filter(([key]) => !Object.hasOwn(given, key))) };
}

function isList(given: GivenPlugins): given is readonly Plugin[] {
  return Array.isArray(given);
}
