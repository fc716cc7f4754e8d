import { setTimeout as sleep } from 'node:timers/promises';
import { CommandEnd } from '../command.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../database/index.js';
import { endsInARow, restartDelayMs } from './domain/restart-delay.js';

/** The embedded server, started again on the same port when it dies. */
export class KeptPostgres {
  private stopping = false;
  private ends = 0;

  private constructor(
    private server: EmbeddedPostgres,
    private readonly asked: string,
    private readonly events: { readonly onRestart: () => void; readonly onLost: (why: string) => void },
  ) {
    void this.watch();
  }

  /** @throws CommandEnd when another supervisor's server runs on the directory. */
  static async start(
    { dataDir, copyOf }: { readonly dataDir: string; readonly copyOf?: string | undefined },
    events: { readonly onRestart: () => void; readonly onLost: (why: string) => void },
  ): Promise<KeptPostgres> {
    const server = await startEmbeddedPostgres({ dataDir, ...(copyOf === undefined ? {} : { copyOf }) });
    if (server.attached) {
      throw new CommandEnd(
        `A gateway already runs on ${dataDir} (its PostgreSQL has the pid ${server.pid}). Stop it first, or choose another --data-dir.`,
        1,
      );
    }
    return new KeptPostgres(server, dataDir, events);
  }

  get pid(): number {
    return this.server.pid;
  }

  get port(): number {
    return this.server.port;
  }

  /** Where the cluster really is, and what belongs to it. */
  get dataDir(): string {
    return this.server.dataDir;
  }

  /** Resolves when what it has promised by then would survive a power cut. */
  get onDisk(): Promise<void> {
    return this.server.onDisk;
  }

  adminUrl(): string {
    return this.server.adminUrl();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.server.stop();
  }

  private async watch(): Promise<void> {
    for (let startedAt = performance.now(); ; startedAt = performance.now()) {
      await this.server.exited;
      if (this.stopping) return;
      this.ends = endsInARow(this.ends, performance.now() - startedAt);
      const delay = restartDelayMs(this.ends);
      if (delay === null) return this.events.onLost(`PostgreSQL ended ${this.ends} times in a row`);
      await sleep(delay);
      if (this.stopping) return;
      try {
        this.server = await startEmbeddedPostgres({ dataDir: this.asked, port: this.server.port });
      } catch (error) {
        return this.events.onLost(error instanceof Error ? error.message : String(error));
      }
      this.events.onRestart();
    }
  }
}
