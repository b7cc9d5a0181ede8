import { type AslError, isAslError } from '@auto-seg-loss/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf, shownAddress } from '../src/address.ts';
import { plugin } from '../src/index.ts';

const SECRET = 'gEheim4711';

function failure(act: () => unknown): AslError {
  try {
    act();
  } catch (error) {
    if (isAslError(error)) return error;
  }
  throw new Error('nothing was refused');
}

describe('the address of Redis', () => {
  test.each([
    ['redis://127.0.0.1:6379', 'redis://127.0.0.1:6379'],
    [`redis://:${SECRET}@host`, 'redis://host'],
    [`rediss://me:${SECRET}@host:7/3`, 'rediss://me@host:7/3'],
    [`redis://host:6379?password=${SECRET}`, 'redis://host:6379'],
    ['$ASL_REDIS', '$ASL_REDIS'],
    [`\${ASL_REDIS}`, `\${ASL_REDIS}`],
  ])('%s is kept as %s', (text, kept) => {
    expect(shownAddress(text)).toBe(kept);
    const options = { lease: 30, heartbeat: 10, ahead: 1, carry: 1, attempts: 1 };
    expect(plugin.withoutSecrets?.({ url: text, ...options })).toEqual({ url: kept, ...options });
  });

  test('a variable gives its value, which is shown without the password', () => {
    const env = { ASL_REDIS: `redis://:${SECRET}@host:1` };
    const url = { url: env.ASL_REDIS, shown: 'redis://host:1' };
    expect(addressOf('$ASL_REDIS', env)).toEqual({ ...url, named: '$ASL_REDIS', isPartial: false });
  });

  test.each([
    ['redis://host:6379', false],
    ['redis://host:6379/', false],
    ['redis://me@host', false],
    [`redis://:${SECRET}@host:6379`, true],
    [`redis://host:6379?password=${SECRET}`, true],
  ])('%s that a command names lacks a secret: %s', (url, isPartial) => {
    const address = addressOf(url);
    expect(address).toMatchObject({ url, isPartial });
    expect(address.named).not.toContain(SECRET);
  });

  test('no message of a wrong address holds what may be a password', () => {
    const texts = fc.constantFrom(
      `http://:${SECRET}@host`,
      `redis//:${SECRET}@host`,
      `redis://:${SECRET}@host/x`,
      `:${SECRET}@host`,
      `redis://:${SECRET}@`,
      `redis://:${SECRET}@host:99999999`,
      `me:${SECRET}@host:6379`,
      `${SECRET}:6379`,
      `redis://me:12#${SECRET}@host`,
      `redis://me:12/${SECRET}@host`,
      `redis://:pass@host:6379#${SECRET}`,
    );
    fc.assert(
      fc.property(texts, (text) => {
        for (const act of [() => shownAddress(text), () => addressOf('$A', { A: text })]) {
          const error = failure(act);
          expect(error.code).toBe('ASL_OPTIONS_INVALID');
          expect(error.format().toLowerCase()).not.toContain(SECRET.toLowerCase());
        }
      }),
    );
  });

  test('a variable that is not set is named', () => {
    expect(failure(() => addressOf('$ASL_NONE', {})).format()).toContain('ASL_NONE is not set');
  });
});
