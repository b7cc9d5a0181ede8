import { parseArgs } from 'node:util';
import { Random } from '@auto-seg-loss/kernel';
import { type Kill, killsAtPoints, someKillsAtPoints, surviveFaults, surviveMoments } from './kills.ts';
import { runUndisturbed } from './undisturbed.ts';

// Kills small searches again and again: npm run faults -- --kills 500 [--seed S].

/** Kills between two looks at which kind is next. */
const PORTION = 10;

const { values } = parseArgs({ options: { kills: { type: 'string', default: '500' }, seed: { type: 'string' } } });
const wanted = Number(values.kills);
const seed = values.seed ?? String(Date.now());
const say = (line: string): void => void process.stdout.write(`${line}\n`);

if (!(Number.isInteger(wanted) && wanted >= 1)) {
  say('npm run faults -- [--kills 500] [--seed S]');
  process.exitCode = 2;
} else {
  let kills = 0;
  const told = (kill: Kill): void => {
    kills += 1;
    const { workers, at, what, kept } = kill;
    const whom = what === 'group' ? 'the search and its workers' : 'one process';
    const left = kept === undefined ? '' : `; kept ${kept.finished} trials, ${kept.rungs} rungs`;
    say(`${kills}/${wanted}: ${whom} of ${workers}, at ${at}${left}`);
  };
  const started = performance.now();
  say(`${wanted} kills, seed ${seed}`);
  try {
    await survive(Random.fromSeed(seed), told);
    const minutes = ((performance.now() - started) / 60_000).toFixed(1);
    say(
      `Survived: ${kills} kills in ${minutes} minutes; every search ended with the store and files of an undisturbed one.`,
    );
  } catch (error) {
    say(`Not survived, after ${kills} kills, seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`);
    process.exitCode = 1;
  }

  async function survive(random: Random, tell: (kill: Kill) => void): Promise<void> {
    const all = [await runUndisturbed(1), await runUndisturbed(2)];
    // Moments, named points as they come, and every named point once: in turns, with 1 and 2 workers.
    for (let turn = 0; kills < wanted; turn++) {
      const undisturbed = all[turn % 2] as (typeof all)[number];
      const portion = Math.min(PORTION, wanted - kills);
      const own = random.split(turn);
      const kind = Math.floor(turn / 2) % 3;
      if (kind === 0) await surviveMoments(undisturbed, portion, own, tell);
      else if (kind === 1) await surviveFaults(undisturbed, someKillsAtPoints(undisturbed, portion, own), tell);
      else await surviveFaults(undisturbed, killsAtPoints(undisturbed).slice(0, wanted - kills), tell);
    }
  }
}
