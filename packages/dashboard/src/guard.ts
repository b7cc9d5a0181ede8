import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';

/**
 * Refuses every request that does not come from a page of this server, or from whoever was given its address: whoever else can reach
 * the port knows no token; a page of another site that is open in the same browser has another origin; one whose name was made to
 * lead here asks for another host.
 * @param port asked when a request comes: it is known once the server listens.
 */
export function guard(token: string, port: () => number): MiddlewareHandler {
  const expected = digest(token);
  return async (context, next) => {
    const { method, path } = context.req;
    const hosts = ['127.0.0.1', 'localhost'].map((name) => `${name}:${port()}`);
    const host = context.req.header('host');
    const origin = context.req.header('origin');
    const given = path.split('/')[1] ?? '';
    const isOwn = host !== undefined && hosts.includes(host);
    const fromOwn = origin === undefined || hosts.some((name) => origin === `http://${name}`);
    // Of equal length, whatever is given: how long comparing takes says nothing.
    const isKnown = timingSafeEqual(digest(given), expected);
    if (!isOwn || !fromOwn || !isKnown) return context.text('Refused.\n', 403);
    if (method !== 'GET') return context.text('There is nothing to be done here but to look.\n', 405, { allow: 'GET' });
    return next();
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
