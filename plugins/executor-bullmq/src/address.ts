import { AslError } from '@auto-seg-loss/kernel';

/** Where Redis is. */
export interface Address {
  /** As it is connected to, with its password: for nothing that anybody reads. */
  readonly url: string;
  /** Without its password. */
  readonly shown: string;
  /** As a command may be told it: the variable that holds it, where there is one. */
  readonly named: string;
  /** Whether `named` lacks what it is connected to with: a password, or options. */
  readonly isPartial: boolean;
}

const VARIABLE = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})$/;
const WHERE = 'the address of Redis (executor.url, or --url of asl worker)';
const EXPECTED = 'redis://host:port, rediss://host:port for TLS, or $NAME for an environment variable that holds one';

/** The address as a config may keep it: a variable by its name, a URL without its password. @throws AslError ASL_OPTIONS_INVALID. */
export function shownAddress(text: string): string {
  if (VARIABLE.test(text)) return text;
  return withoutPassword(parsed(text, 'that is no address of Redis'));
}

/** Whether a config's own text has a password in it. */
export function hasPassword(text: string): boolean {
  return !VARIABLE.test(text) && parsed(text, 'that is no address of Redis').password !== '';
}

/** @param text a URL, or the name of an environment variable. @throws AslError ASL_OPTIONS_INVALID. */
export function addressOf(text: string, env: Readonly<Record<string, string | undefined>> = process.env): Address {
  const match = VARIABLE.exec(text);
  if (match === null) {
    const shown = shownAddress(text);
    return { url: text, shown, named: shown, isPartial: shown !== new URL(text).href };
  }
  const name = match[1] ?? match[2] ?? '';
  const value = env[name];
  if (value === undefined || value === '') {
    throw new AslError('ASL_OPTIONS_INVALID', `the environment variable ${name} is not set`, {
      where: WHERE,
      expected: 'the address of Redis in it, such as redis://host:6379',
      received: value === undefined ? 'no such variable' : 'nothing in it',
      remedy: `export ${name}=redis://host:6379`,
    });
  }
  const url = parsed(value, `the environment variable ${name} holds no address of Redis`);
  return { url: value, shown: withoutPassword(url), named: text, isPartial: false };
}

function parsed(text: string, problem: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOfRedis = url !== undefined && ['redis:', 'rediss:'].includes(url.protocol) && url.hostname !== '';
  if (isOfRedis && url.hash === '' && /^(\/(\d+)?)?$/.test(url.pathname)) return url;
  throw new AslError('ASL_OPTIONS_INVALID', problem, {
    where: WHERE,
    expected: EXPECTED,
    // No part of it is shown: without its scheme, or with a sign that ends the host, a password is read as any of them.
    received:
      url === undefined ? 'no URL' : isOfRedis ? 'a URL with more than a database behind its host' : 'another URL',
    remedy: 'mend the address; in a password, write # as %23, / as %2F, ? as %3F and @ as %40',
  });
}

function withoutPassword(url: URL): string {
  const shown = new URL(url);
  shown.password = '';
  // Options in the query may be secrets too.
  shown.search = '';
  return shown.href;
}
