import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';

const HOST = '127.0.0.1';

/** The way to Redis of one process, which can be cut and held up. */
export class Network {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets: Set<Socket> = new Set();
  #state: 'open' | 'cut' | 'held' = 'open';

  private constructor(server: Server, port: number, to: number) {
    this.#server = server;
    this.port = port;
    server.on('connection', (near) => this.#join(near, to));
  }

  /** @param to the port of Redis. */
  static async open(to: number): Promise<Network> {
    const server = createServer().listen(0, HOST);
    await once(server, 'listening');
    const address = server.address();
    return new Network(server, typeof address === 'object' && address !== null ? address.port : 0, to);
  }

  get url(): string {
    return `redis://${HOST}:${this.port}`;
  }

  #join(near: Socket, to: number): void {
    if (this.#state === 'cut') {
      near.destroy();
      return;
    }
    const far = createConnection({ port: to, host: HOST });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('data', (bytes) => void other.write(bytes));
      socket.once('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
      if (this.#state === 'held') socket.pause();
    }
  }

  /** Ends all connections, and lets none come about. */
  cut(): void {
    this.#state = 'cut';
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Nothing arrives any more, and nobody is told so. What is sent meanwhile arrives late. */
  hold(): void {
    this.#state = 'held';
    for (const socket of this.#sockets) socket.pause();
  }

  restore(): void {
    this.#state = 'open';
    for (const socket of this.#sockets) socket.resume();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}
