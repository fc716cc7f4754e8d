import { getQueueToken } from '@nestjs/bullmq';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Queue } from 'bullmq';
import { type Channel, CHANNELS } from '#lib/kernel';
import { type Logger, LOGGER, newId, queueName, systemClock, type WakeUp } from '#lib/platform';
import { countWait } from '../figures/counters.js';
import { classOf, type Lane, LANES, laneOf, type LaneWakeUp, type ToWake, wakeUpsOf } from './domain/lane.js';
import type { Message } from './domain/message.js';
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
  /** By channel and lane: how long the wake-up that was taken up last had stood there, and when that was. */
  private readonly stood = new Map<Channel, Map<Lane, { readonly forMs: number; readonly seenAt: number }>>(
    CHANNELS.map((channel) => [channel, new Map()]),
  );

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

  send(messages: readonly (ToWake & Pick<Message, 'id'>)[]): void {
    for (const wakeUp of wakeUpsOf(messages, CHUNK)) this.add(wakeUp);
  }

  /**
   * A worker took a wake-up out of a lane, and it was put there so long ago.
   * @param isFirst not one that was taken up before and put back
   */
  tookUp(channel: Channel, lane: Lane, forMs: number, isFirst = true): void {
    if (isFirst) countWait(channel, classOf(lane), forMs);
    this.stood.get(channel)?.set(lane, { forMs, seenAt: systemClock.monotonic() });
  }

  /** How long a message that is woken now is not woken again. @param leastMs where no queue is long */
  repeatAfterMs(message: ToWake, leastMs: number): number {
    const own = laneOf(message);
    const now = systemClock.monotonic();
    const stood = this.stood.get(message.channel);
    const seen = LANES.filter((lane) => lane <= own).flatMap((lane) => stood?.get(lane) ?? []);
    return repeatAfterMs(
      leastMs,
      seen.map(({ forMs, seenAt }) => ({ stoodMs: forMs, msAgo: now - seenAt })),
    );
  }

  private add({ channel, lane, ids }: LaneWakeUp): void {
    if (this.underWay >= MAX_UNDER_WAY) return;
    this.underWay++;
    void this.queues
      .get(channel)
      ?.add('attempt', { ids }, { jobId: newId(), priority: lane }) // an id of ours: BullMQ's own would need the right to create a sequence
      .catch((error: unknown) =>
        this.logger.warn({ err: error, channel }, 'wake-up was not queued; the sweeper will repeat it'),
      )
      .finally(() => this.underWay--);
  }
}
