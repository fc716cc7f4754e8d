import { type BeforeApplicationShutdown, Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Database, type Finding, runCheck } from '#lib/platform';

/** Whether this process lives, and whether it can record a wish now. */
@Controller()
export class HealthController implements BeforeApplicationShutdown {
  private stopping = false;

  constructor(@Inject(Database) private readonly database: Database) {}

  @Get('livez')
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('readyz')
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const database = await runCheck({ name: 'database', run: () => this.askDatabase() });
    const isReady = database.status === 'up' && !this.stopping;
    void reply
      .status(isReady ? 200 : 503)
      .send({ status: isReady ? 'ok' : 'error', stopping: this.stopping, database });
  }

  beforeApplicationShutdown(): void {
    this.stopping = true;
  }

  private async askDatabase(): Promise<Finding> {
    await this.database.tx.sql`SELECT 1 AS one`;
    return { status: 'up' };
  }
}
