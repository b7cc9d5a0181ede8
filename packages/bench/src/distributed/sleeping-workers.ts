// Works for searches over Redis without training anything: a trial sleeps. Prints when each one is begun and ended.
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '@auto-seg-loss/kernel';
import { bullmq, madeUpOutcome, startWorker } from './made-up-trials.ts';
import type { SleptEvent } from './simulated.ts';

const [, , url = '', workers = '', meanMs = '', place = ''] = process.argv;

function say(event: SleptEvent['event'], number: number): void {
  process.stdout.write(`${JSON.stringify({ event, number, at: Date.now() } satisfies SleptEvent)}\n`);
}

const random = Random.fromSeed(`sleeping/${place}`);
const factory = await bullmq(url);
const worker = startWorker(factory, {
  slots: Number(workers),
  run: async (task) => {
    say('begun', task.number);
    // Trials of one length would all ask for the next at the same moment.
    await sleep(Number(meanMs) * (0.5 + random.uniform()));
    say('ended', task.number);
    return madeUpOutcome(task);
  },
});
process.once('SIGINT', () => void worker.stop());
await worker.ended;
