import type { Random } from '@auto-seg-loss/kernel';
import { runUndisturbed, type Undisturbed } from '../undisturbed.ts';
import { drawDisturbances } from './disturbance.ts';
import { Lab } from './lab.ts';
import { type Happened, surviveDisturbances } from './survive.ts';

/** A search of so many trials that several things happen during one. */
const CONFIG = { searcher: { use: 'ppo', rounds: 3, samples: 6 } };

/** What searches on other machines are compared with: one in processes of this machine. */
export function runLocally(): Promise<Undisturbed> {
  return runUndisturbed(2, CONFIG);
}

/**
 * Disturbs searches again and again.
 * @throws as `surviveDisturbances`.
 */
export async function surviveMany(
  undisturbed: Undisturbed,
  count: number,
  random: Random,
  tell: (happened: Happened) => void,
): Promise<void> {
  const lab = await Lab.open();
  try {
    await surviveDisturbances(lab, undisturbed, drawDisturbances(count, lab.delayMs, random), tell);
  } finally {
    await lab.close();
  }
}
