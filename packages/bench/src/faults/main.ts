import { parseArgs } from 'node:util';
import { Random } from '@auto-seg-loss/kernel';
import { REDIS_SERVER } from '../distributed/redis-server.ts';
import { runLocally, surviveMany } from './distributed/many.ts';
import type { Happened } from './distributed/survive.ts';
import { type Kill, killsAtPoints, someKillsAtPoints, surviveFaults, surviveMoments } from './kills.ts';
import { runUndisturbed } from './undisturbed.ts';

// Kills small searches again and again: npm run faults -- --kills 500 [--seed S]. With --distributed, searches whose trials run on
// other machines: npm run faults -- --distributed --faults 300 [--seed S].

/** Kills between two looks at which kind is next. */
const PORTION = 10;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '500' },
    distributed: { type: 'boolean', default: false },
    faults: { type: 'string', default: '300' },
    seed: { type: 'string' },
  },
});
const { distributed } = values;
const what = distributed ? 'faults' : 'kills';
const wanted = Number(values[what]);
const seed = values.seed ?? String(Date.now());
const say = (line: string): void => void process.stdout.write(`${line}\n`);

if (!(Number.isInteger(wanted) && wanted >= 1)) {
  say('npm run faults -- [--kills 500] [--seed S]\nnpm run faults -- --distributed [--faults 300] [--seed S]');
  process.exitCode = 2;
} else if (distributed && REDIS_SERVER === undefined) {
  say('Neither redis-server nor valkey-server is on this machine: apt-get install redis-server');
  process.exitCode = 1;
} else {
  let done = 0;
  const count = (line: string): void => say(`${++done}/${wanted}: ${line}`);
  const started = performance.now();
  say(`${wanted} ${what}, seed ${seed}`);
  try {
    const random = Random.fromSeed(seed);
    if (distributed) await surviveMany(await runLocally(), wanted, random, (one) => count(toldFault(one)));
    else await surviveKills(random, (kill) => count(toldKill(kill)));
    const minutes = ((performance.now() - started) / 60_000).toFixed(1);
    say(
      `Survived: ${done} ${what} in ${minutes} minutes; every search ended with the store and files of an undisturbed one.`,
    );
  } catch (error) {
    say(`Not survived, after ${done} ${what}, seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`);
    process.exitCode = 1;
  }

  async function surviveKills(random: Random, tell: (kill: Kill) => void): Promise<void> {
    const all = [await runUndisturbed(1), await runUndisturbed(2)];
    // Moments, named points as they come, and every named point once: in turns, with 1 and 2 workers.
    for (let turn = 0; done < wanted; turn++) {
      const undisturbed = all[turn % 2] as (typeof all)[number];
      const portion = Math.min(PORTION, wanted - done);
      const own = random.split(turn);
      const kind = Math.floor(turn / 2) % 3;
      if (kind === 0) await surviveMoments(undisturbed, portion, own, tell);
      else if (kind === 1) await surviveFaults(undisturbed, someKillsAtPoints(undisturbed, portion, own), tell);
      else await surviveFaults(undisturbed, killsAtPoints(undisturbed).slice(0, wanted - done), tell);
    }
  }
}

function toldKill({ workers, at, what, kept }: Kill): string {
  const whom = what === 'group' ? 'the search and its workers' : 'one process';
  const left = kept === undefined ? '' : `; kept ${kept.finished} trials, ${kept.rungs} rungs`;
  return `${whom} of ${workers}, at ${at}${left}`;
}

function toldFault({ kind, afterMs, lasts, overlaps, kept }: Happened): string {
  const length = lasts === 0 ? '' : `, for ${lasts.toFixed(1)} leases`;
  const left = kept === undefined ? '' : `; kept ${kept.finished} trials, ${kept.rungs} rungs`;
  return `${kind}, ${afterMs} ms after a trial began${length}${overlaps ? ', and at once' : ''}${left}`;
}
