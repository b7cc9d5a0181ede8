import { AslError, type ErrorDetails } from '@auto-seg-loss/kernel';
import { Redis, type RedisOptions } from 'ioredis';
import type { Address } from './address.ts';

/** How long a connection may take, and how long a try to connect again waits at most. */
const CONNECT_MS = 10_000;
const LONGEST_WAIT_MS = 2_000;
/** Without an answer for so long a connection counts as lost, and is made again. */
export const SILENT_MS = 10_000;

/** Hears what becomes of a connection, once each time. */
export interface ConnectionWatch {
  lost(reason: string): void;
  back(): void;
}

/**
 * A connection that comes back by itself for as long as it takes; commands wait for that.
 * @param silentMs how long Redis may leave a command unanswered.
 */
export function connect({ url }: Address, silentMs: number, watch?: ConnectionWatch): Redis {
  const options: RedisOptions = {
    connectTimeout: CONNECT_MS,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(LONGEST_WAIT_MS, 50 * times),
    // A network that swallows packets says nothing.
    socketTimeout: silentMs,
  };
  const redis = new Redis(url, options);
  let wasReady = false;
  let isLost = false;
  let reason = 'the connection was closed';
  redis.on('error', (error: Error) => {
    reason = error.message;
  });
  redis.on('ready', () => {
    wasReady = true;
    if (isLost) watch?.back();
    isLost = false;
  });
  redis.on('close', () => {
    if (!wasReady || isLost || redis.status === 'end') return;
    // What was asked to end is not lost.
    isLost = true;
    watch?.lost(reason);
  });
  return redis;
}

/** Ends a connection, whatever it waits for. */
export function hangUp(redis: Redis): void {
  redis.disconnect();
  // ioredis leaves the timer of a command that was under way, which would keep this process for as long.
  const timer: unknown = Reflect.get(redis, 'socketTimeoutTimer');
  if (timer !== undefined) clearTimeout(timer as NodeJS.Timeout);
}

/** The oldest that BullMQ works with. */
const OLDEST: readonly [number, number] = [6, 2];

/**
 * Connects once, to say what is wrong with an address before anything depends on it.
 * @throws AslError ASL_WORKERS_UNREACHABLE.
 */
export async function checkAddress(address: Address): Promise<void> {
  const redis = new Redis(address.url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let last: Error | undefined;
  redis.on('error', (error: Error) => {
    last = error;
  });
  try {
    await redis.connect();
    checkVersion(await redis.info('server'), address);
  } catch (error) {
    throw unreachable(last ?? error, address);
  } finally {
    hangUp(redis);
  }
}

function checkVersion(info: string, { shown }: Address): void {
  const version = /^redis_version:(\d+)\.(\d+)/m.exec(info);
  const [major, minor] = [Number(version?.[1] ?? 0), Number(version?.[2] ?? 0)];
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new AslError('ASL_WORKERS_UNREACHABLE', 'Redis is too old', {
    where: shown,
    expected: `Redis ${OLDEST.join('.')} or later, or Valkey`,
    received: version?.[0] ?? 'no version',
  });
}

function unreachable(error: unknown, { shown, url }: Address): unknown {
  if (error instanceof AslError) return error;
  const { code = '', message = String(error) } = error as { readonly code?: string; readonly message?: string };
  const of = (problem: string, details: ErrorDetails): AslError =>
    new AslError('ASL_WORKERS_UNREACHABLE', problem, { where: shown, ...details });
  if (/WRONGPASS|NOAUTH|NOPERM|invalid password|without any password/i.test(message)) {
    const hasPassword = new URL(url).password !== '';
    return of(hasPassword ? 'Redis refuses the password' : 'Redis asks for a password', {
      expected: 'the user and the password that Redis was started with',
      received: hasPassword ? 'others' : 'none',
      remedy:
        "put the address with its password into an environment variable, redis://user:password@host:port, and name it: executor.url=$ASL_REDIS, asl worker --url '$ASL_REDIS'",
    });
  }
  if (/^(ERR_SSL|ERR_TLS|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO)/.test(code)) {
    return of('the TLS connection to Redis cannot be made', {
      received: `${code}: ${message}`,
      remedy: 'rediss:// is for a Redis with TLS; have Node trust its certificate: NODE_EXTRA_CA_CERTS=file.pem',
    });
  }
  if (/^Protocol error/.test(message))
    return of('what answers there is no Redis', { received: 'an answer in another protocol', remedy: 'mend the port' });
  const withTls = shown.startsWith('rediss:');
  const reasons: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'the connection was refused: nothing listens there',
    ENOTFOUND: 'there is no host of this name',
    EAI_AGAIN: 'the name of the host could not be looked up',
    ETIMEDOUT: withTls ? 'it does not answer: redis:// may be meant, without TLS' : 'it does not answer',
    ECONNRESET: 'the connection was closed at once: rediss:// may be meant',
  };
  return of('Redis cannot be reached', {
    expected: 'a Redis or Valkey that answers',
    received: reasons[code] ?? message,
    remedy: 'start Redis, or mend the address; a firewall may stand between',
  });
}
