import { Injectable } from '@nestjs/common';
import { InFlight } from '#lib/consent';
import type { ContactId, MessageId } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import { messageStore } from './message.store.js';

/** Tells `consent` which hand-overs had started before a change, under the lock that orders the two. */
@Injectable()
export class StartedMessages extends InFlight {
  started(tx: Tx, contactIds: readonly ContactId[]): Promise<MessageId[]> {
    return messageStore.started(tx, contactIds);
  }
}
