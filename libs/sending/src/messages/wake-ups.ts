import { getQueueToken } from '@nestjs/bullmq';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Queue } from 'bullmq';
import { type Channel, CHANNELS, type MessageId } from '#lib/kernel';
import { type Logger, LOGGER, newId, queueName, systemClock, type WakeUp } from '#lib/platform';
import { countWait } from '../figures/counters.js';
import { repeatAfterMs } from './domain/repeat-after.js';

/** Ids in one wake-up at most; they are attempted together. Each transaction has some 25 statements, however few they are. */
const CHUNK = 500;
/** Calls to the queue that may be under way; beyond, wake-ups are left to the sweeper. */
const MAX_UNDER_WAY = 100;

/**
 * Wakes workers for messages that may be attempted now. A wake-up is a hint: when the queue is slow, full or gone,
 * nothing waits for it, and the sweeper finds the rows.
 */
@Injectable()
export class WakeUps implements OnModuleInit {
  private readonly queues = new Map<Channel, Queue<WakeUp>>();
  private underWay = 0;
  /** How long the wake-up that was taken up last had stood in its queue, and when that was. */
  private readonly stood = new Map<Channel, { readonly forMs: number; readonly seenAt: number }>();

  constructor(
    @Inject(ModuleRef) private readonly modules: ModuleRef,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    for (const channel of CHANNELS) {
      const queue = this.modules.get<Queue<WakeUp>>(getQueueToken(queueName(channel)), { strict: false });
      queue.on('error', (error) => this.logger.warn({ err: error, channel }, 'queue error'));
      this.queues.set(channel, queue);
    }
  }

  send(messages: readonly { readonly id: MessageId; readonly channel: Channel }[]): void {
    for (const channel of CHANNELS) {
      const ids = messages.filter((message) => message.channel === channel).map((message) => message.id);
      for (let i = 0; i < ids.length; i += CHUNK) this.add(channel, ids.slice(i, i + CHUNK));
    }
  }

  /** A worker took a wake-up out of the queue of a channel, in which it had stood for so long. */
  tookUp(channel: Channel, forMs: number): void {
    countWait(channel, forMs);
    this.stood.set(channel, { forMs, seenAt: systemClock.monotonic() });
  }

  /** How long a message that is woken now is not woken again. @param leastMs where no queue is long */
  repeatAfterMs(channel: Channel, leastMs: number): number {
    const last = this.stood.get(channel);
    if (last === undefined) return leastMs;
    return repeatAfterMs(leastMs, last.forMs, systemClock.monotonic() - last.seenAt);
  }

  private add(channel: Channel, ids: MessageId[]): void {
    if (this.underWay >= MAX_UNDER_WAY) return;
    this.underWay++;
    void this.queues
      .get(channel)
      ?.add('attempt', { ids }, { jobId: newId() }) // an id of ours: BullMQ's own would need the right to create a sequence
      .catch((error: unknown) =>
        this.logger.warn({ err: error, channel }, 'wake-up was not queued; the sweeper will repeat it'),
      )
      .finally(() => this.underWay--);
  }
}
