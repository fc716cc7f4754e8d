import { Module } from '@nestjs/common';
import { SendingModule } from '#lib/sending';
import { BulkStream } from './bulk-stream.js';
import { MessagesController } from './messages.controller.js';

/** The send API. */
@Module({ imports: [SendingModule], controllers: [MessagesController], providers: [BulkStream] })
export class MessagesModule {}
