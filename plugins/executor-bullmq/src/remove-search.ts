import type { Redis } from 'ioredis';
import { controlChannel, descriptionKey, PREFIX, partKey, queueName, SEARCHES } from './keys.ts';
import type { ControlMessage } from './messages.ts';

/** Looked through at a time. */
const SCAN_COUNT = 500;

/** Removes all that lies in Redis of a search, and tells its workers. */
export async function removeSearch(redis: Redis, search: string): Promise<void> {
  await redis.srem(SEARCHES, search);
  await redis.del(descriptionKey(search));
  const end: ControlMessage = { type: 'end' };
  await redis.publish(controlChannel(search), JSON.stringify(end));
  for (const pattern of [partKey(search, '*'), `${PREFIX}:${queueName(search)}:*`])
    await removeMatching(redis, pattern);
}

/** Removes what workers left in the queue of a search that had ended by then. */
export async function removeLate(redis: Redis, search: string): Promise<void> {
  if ((await redis.exists(descriptionKey(search))) === 1) return;
  await removeMatching(redis, `${PREFIX}:${queueName(search)}:*`);
}

/** Removes what searches left whose process was killed long ago. */
export async function removeUnowned(redis: Redis): Promise<void> {
  for (const search of await redis.smembers(SEARCHES))
    if ((await redis.exists(descriptionKey(search))) === 0) await removeSearch(redis, search);
}

async function removeMatching(redis: Redis, pattern: string): Promise<void> {
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT);
    if (keys.length > 0) await redis.unlink(keys);
    cursor = next;
  } while (cursor !== '0');
}
