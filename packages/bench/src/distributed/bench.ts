import { parseArgs } from 'node:util';
import { warnIfBusy } from '../report.ts';
import { REDIS_SERVER } from './redis-server.ts';
import { measureSimulated } from './simulated.ts';
import { measureSpeed } from './speed.ts';

const PARTS = ['speed', 'simulated'];

/**
 * Searches whose trials run over Redis: two workers beside two processes of this machine, and many workers that only sleep.
 * @param args parts, all by default.
 */
export async function benchDistributed(args: readonly string[], write: (line: string) => void): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { repeats: { type: 'string', default: '3' } },
  });
  const parts = positionals.length === 0 ? PARTS : positionals;
  const unknown = parts.filter((part) => !PARTS.includes(part));
  if (unknown.length > 0) throw new Error(`parts: ${PARTS.join(', ')}; not ${unknown.join(', ')}`);
  if (REDIS_SERVER === undefined) throw new Error('no redis-server or valkey-server: apt-get install redis-server');
  warnIfBusy(write);
  if (parts.includes('speed')) await measureSpeed(Number(values.repeats), write);
  if (parts.includes('simulated')) await measureSimulated(write);
}
