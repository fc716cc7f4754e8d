import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import path from 'node:path';
import { readConfig } from '#lib/platform';
import { Wire } from '../../../../test/support/wire.js';
import { createApp } from '../create-app.js';
import { type CenterWorld, MASTER_KEY } from './center-world.js';

/** Centers of their own on the database of a world, whose way to it is a wire that can be cut. They share one journal. */
export class BehindWire {
  private readonly apps: NestFastifyApplication[] = [];

  private constructor(
    readonly wire: Wire,
    readonly folder: string,
  ) {}

  static async of(world: CenterWorld): Promise<BehindWire> {
    const wire = new Wire(new URL(world.database.urls.app));
    await wire.connect();
    return new BehindWire(wire, path.join(world.journal, 'behind-wire'));
  }

  async start(
    settings: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly app: NestFastifyApplication; readonly url: string }> {
    const app = await createApp(
      readConfig({
        NODE_ENV: 'test',
        DATABASE_URL: this.wire.url,
        MASTER_KEY,
        CENTER_URL: 'http://127.0.0.1',
        CENTER_JOURNAL_DIR: this.folder,
        LOG_LEVEL: 'silent',
        ...settings,
      }),
    );
    this.apps.push(app);
    await app.listen(0, '127.0.0.1');
    return { app, url: await app.getUrl() };
  }

  async stopLast(): Promise<void> {
    await this.apps.pop()?.close();
  }

  async stopAll(): Promise<void> {
    for (const app of this.apps.splice(0)) await app.close();
  }

  async end(): Promise<void> {
    await this.stopAll();
    await this.wire.cut();
  }
}
