import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** In Debian's redis-tools the program goes by the last of these names: it looks at the one that it is called by. */
const NAMES = ['redis-server', 'valkey-server', 'redis-check-rdb'];

/** The program, of Redis or Valkey; undefined where neither is installed. No service of the system is ever used. */
export const REDIS_SERVER: string | undefined = NAMES.flatMap((name) =>
  [...(process.env.PATH ?? '').split(delimiter), '/usr/bin'].map((folder) => join(folder, name)),
).find((path) => existsSync(path));

/** A server needs a moment to listen. */
const LOOK_MS = 20;

export interface RedisOptions {
  readonly password?: string;
  /** As of `maxmemory`: 3mb, say. */
  readonly maxmemory?: string;
}

/** A server of its own on a free port of loopback, in memory alone. */
export class RedisServer {
  readonly port: number;
  readonly #options: RedisOptions;
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'asl-redis-'));
  #child: ChildProcess | undefined;

  private constructor(port: number, options: RedisOptions) {
    this.port = port;
    this.#options = options;
  }

  static async start(options: RedisOptions = {}): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), options);
    await server.restart();
    return server;
  }

  get url(): string {
    const { password } = this.#options;
    return `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.#child?.pid ?? Number.NaN;
  }

  /** Starts it again at the same port, empty, after `kill`. */
  async restart(): Promise<void> {
    const { password, maxmemory } = this.#options;
    const child = spawn(
      REDIS_SERVER ?? 'redis-server',
      [
        ...['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
        ...['--dir', this.#folder, '--daemonize', 'no'],
        ...(password === undefined ? [] : ['--requirepass', password]),
        ...(maxmemory === undefined ? [] : ['--maxmemory', maxmemory]),
      ],
      { stdio: 'ignore', argv0: 'redis-server' },
    );
    this.#child = child;
    while (!(await listens(this.port))) {
      if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
      await sleep(LOOK_MS);
    }
  }

  /** As a power cut: nothing of what it held is left. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  /** Kills it for good. */
  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** What `redis-cli` prints. */
  cli(...args: readonly string[]): string {
    const { password } = this.#options;
    return execFileSync('redis-cli', ['-p', String(this.port), ...args], {
      encoding: 'utf8',
      env: { ...process.env, ...(password === undefined ? {} : { REDISCLI_AUTH: password }) },
    });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
