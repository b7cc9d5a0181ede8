import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A line to a port of this machine that can be cut: what is sent over it then comes to nobody, and nobody is told. */
export class CuttableLine {
  readonly #server: Server;
  readonly #sockets: Set<Socket> = new Set();
  #isCut = false;

  private constructor(to: number) {
    this.#server = createServer((near) => {
      const far = connect(to, '127.0.0.1');
      this.#join(near, far);
      this.#join(far, near);
    });
  }

  static async open(to: number): Promise<CuttableLine> {
    const line = new CuttableLine(to);
    await new Promise<void>((resolve) => line.#server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** From now on nothing comes through, in neither direction; connections stay open. */
  cut(): void {
    this.#isCut = true;
  }

  /** What was sent meanwhile is lost: connections that lost something can only be made anew. */
  mend(): void {
    this.#isCut = false;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    let isBroken = false;
    from.on('data', (data) => {
      isBroken ||= this.#isCut;
      if (!isBroken) to.write(data);
    });
    from.on('error', () => {});
    from.on('close', () => {
      this.#sockets.delete(from);
      if (!this.#isCut) to.destroy();
    });
  }
}
