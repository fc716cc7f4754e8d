import { getQueueToken } from '@nestjs/bullmq';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Queue } from 'bullmq';
import { type Channel, CHANNELS, type MessageId } from '#lib/kernel';
import { type Logger, LOGGER, newId, queueName, type WakeUp } from '#lib/platform';

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
