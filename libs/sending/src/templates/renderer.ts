import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { RenderQueue } from './render-queue.js';

/** The one queue of a process for what is rendered. */
@Injectable()
export class Renderer extends RenderQueue implements OnApplicationShutdown {
  constructor() {
    super();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }
}
