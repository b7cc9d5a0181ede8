import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import { guard } from './guard.ts';
import type { RunWatch, Told } from './run-watch.ts';
import { SHELL, STYLE } from './shell.ts';

/** Keeps a connection from being given up where nothing happens. */
const PING_MS = 15_000;

/**
 * What the server answers: the page, its script and style, and what is told of runs as it happens. Every address begins with the
 * token; a run is named by what the list says, never by a path.
 */
export function createApp(options: {
  readonly token: string;
  readonly port: () => number;
  readonly script: string;
  readonly watch: RunWatch;
}): Hono {
  const { token, port, script, watch } = options;
  const none = ["'none'"];
  const self = ["'self'"];
  const app = new Hono();
  app.use(
    '*',
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: none,
        scriptSrc: self,
        styleSrc: self,
        connectSrc: self,
        imgSrc: ['data:'],
        baseUri: none,
        formAction: none,
        frameAncestors: none,
      },
      crossOriginResourcePolicy: 'same-origin',
      crossOriginOpenerPolicy: 'same-origin',
      referrerPolicy: 'no-referrer',
      xFrameOptions: 'DENY',
      // There is no other protocol on a port of this machine.
      strictTransportSecurity: false,
    }),
  );
  app.use('*', async (context, next) => {
    await next();
    context.header('cache-control', 'no-store');
  });
  app.use('*', guard(token, port));
  app.get('/:token/', (context) => context.html(SHELL));
  app.get('/:token/page.js', (context) =>
    context.body(script, 200, { 'content-type': 'text/javascript; charset=utf-8' }),
  );
  app.get('/:token/style.css', (context) => context.body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }));
  app.get('/:token/events', (context) => {
    const run = context.req.query('run');
    return streamSSE(context, (stream) =>
      untilClosed(stream, (tell) => (run === undefined ? watch.watchAll(tell) : watch.watchOne(run, tell))),
    );
  });
  return app;
}

function untilClosed(stream: SSEStreamingApi, watch: (tell: (told: Told) => void) => () => void): Promise<void> {
  return new Promise((resolve) => {
    const stop = watch(({ event, data }) => void stream.writeSSE({ event, data: JSON.stringify(data) }));
    const ping = setInterval(() => void stream.write(': still here\n\n'), PING_MS);
    stream.onAbort(() => {
      stop();
      clearInterval(ping);
      resolve();
    });
  });
}
