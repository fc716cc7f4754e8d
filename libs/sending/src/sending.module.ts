import { Module } from '@nestjs/common';
import { ConsentModule } from '#lib/consent';
import { LedgerModule } from '#lib/ledger';
import { FeedbackService } from './feedback/feedback.service.js';
import { AcceptService } from './messages/accept.service.js';
import { AttemptService } from './messages/attempt.service.js';
import { AccountLoad } from './messages/account-load.js';
import { HandOverService } from './messages/hand-over.service.js';
import { MessageService } from './messages/message.service.js';
import { OutcomeService } from './messages/outcome.service.js';
import { StartedMessages } from './messages/started-messages.js';
import { SweeperService } from './messages/sweeper.service.js';
import { WakeUps } from './messages/wake-ups.js';
import { RecallService } from './recall/recall.service.js';
import { Reconciler } from './reconcile/reconciler.js';
import { SenderRegistry } from './senders/sender-registry.js';
import { RenderingModule } from './templates/rendering.module.js';

const SERVICES = [
  AcceptService,
  AttemptService,
  FeedbackService,
  AccountLoad,
  HandOverService,
  MessageService,
  OutcomeService,
  RecallService,
  Reconciler,
  SenderRegistry,
  SweeperService,
  WakeUps,
];

/** Messages from the request to their one end. */
@Module({
  imports: [LedgerModule, ConsentModule.forRoot(StartedMessages), RenderingModule],
  providers: SERVICES,
  exports: SERVICES,
})
export class SendingModule {}
