import net from 'node:net';

/** A way to a database that can be cut, and on which everything can be held up while its connections stand. */
export class Wire {
  private readonly sockets = new Set<net.Socket>();
  private server = net.createServer();
  private port = 0;
  private held: (() => void)[] | null = null;

  constructor(private readonly target: URL) {}

  async connect(): Promise<void> {
    this.server = net.createServer((near) => {
      const far = net.connect(Number(this.target.port), this.target.hostname);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.sockets.add(from);
        from
          .on('data', (chunk) => this.pass(() => to.write(chunk)))
          .on('end', () => this.pass(() => to.end()))
          .on('error', () => from.destroy())
          .on('close', () => {
            this.sockets.delete(from);
            this.pass(() => to.destroy());
          });
      }
    });
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as net.AddressInfo).port;
  }

  async cut(): Promise<void> {
    this.letGo();
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** From now on nothing arrives, in neither direction; connections are taken, and stand. */
  hold(): void {
    this.held ??= [];
  }

  /** Everything that was held up arrives. */
  letGo(): void {
    const passing = this.held ?? [];
    this.held = null;
    for (const pass of passing) pass();
  }

  get url(): string {
    return Object.assign(new URL(this.target), { hostname: '127.0.0.1', port: String(this.port) }).href;
  }

  private pass(what: () => void): void {
    if (this.held === null) what();
    else this.held.push(what);
  }
}
