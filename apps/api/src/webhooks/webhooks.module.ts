import { Module } from '@nestjs/common';
import { ReturnedModule } from '#lib/sending';
import { WebhooksController } from './webhooks.controller.js';

/** What providers bring back. */
@Module({ imports: [ReturnedModule], controllers: [WebhooksController] })
export class WebhooksModule {}
