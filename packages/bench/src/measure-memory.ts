import { appendFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

// Loaded before a program whose memory is measured, by each of its processes: at its end, each says what it took at most.

const file = process.env.ASL_BENCH_MEMORY;

if (isMainThread && file !== undefined) {
  process.on('exit', () => appendFileSync(file, `${process.resourceUsage().maxRSS}\n`));
}
