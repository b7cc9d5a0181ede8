// A thread that looks on while inputs are read: it sees memory that is given back before an input is answered, and ends the
// process where one is never answered, which nothing in a thread that is busy could do.
import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

const { shared, hardCpuMs, hardBytes, hardWallMs } = workerData;
/** As InputMeter has them: whether an input is being read, then what was used as it began, and the most memory since. */
const [ACTIVE, CPU, WALL, RSS, PEAK] = [0, 1, 2, 3, 4];
const seen = new Float64Array(shared);
const LOOK_MS = 5;

function look() {
  const began = seen[WALL];
  if (seen[ACTIVE] === 0) return;
  const rss = process.memoryUsage.rss();
  if (rss > seen[PEAK]) seen[PEAK] = rss;
  const { user, system } = process.cpuUsage();
  const used = {
    'ms of CPU time': [(user + system) / 1000 - seen[CPU], hardCpuMs],
    'bytes of memory': [rss - seen[RSS], hardBytes],
    ms: [Date.now() - began, hardWallMs],
  };
  // Another input may have begun in the meantime.
  if (seen[WALL] !== began || seen[ACTIVE] === 0) return;
  for (const [what, [amount, most]] of Object.entries(used)) {
    if (amount <= most) continue;
    writeSync(2, `\nAn input was given up: it has taken ${Math.round(amount)} ${what}, more than ${most}.\n`);
    process.kill(process.pid, 'SIGKILL');
  }
}

setInterval(look, LOOK_MS);
parentPort?.postMessage('looking');
