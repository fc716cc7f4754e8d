import { BullModule } from '@nestjs/bullmq';
import { type DynamicModule, Module } from '@nestjs/common';
import { createPostgresBackend, createRedisBackend, setDefaultBackendFactory, type QueueOptions } from 'bullmq';
import { CHANNELS, type Channel } from '#lib/kernel';
import { CONFIG, type Config } from '../config/config.js';

/** The PostgreSQL schema in which BullMQ keeps its queues; made by the migrate step, never by the application. */
export const BULLMQ_SCHEMA = 'bullmq';

/** The queue that wakes attempts of one channel. Braces keep its keys on one slot of a Redis cluster. */
export function queueName(channel: Channel): string {
  return `{send-${channel}}`;
}

/** What a wake-up carries: ids, nothing else. The rows say what is to be done. */
export interface WakeUp {
  readonly ids: readonly string[];
}

/** Options of BullMQ for the backend that QUEUE_URL names: `postgres` or a redis:// URL. */
export function queueOptions(config: Pick<Config, 'QUEUE_URL' | 'DATABASE_URL'>): QueueOptions {
  // Wake-ups are not retried by the queue: the sweeper repeats what the rows still want.
  const defaultJobOptions = { attempts: 1, removeOnComplete: true, removeOnFail: true };
  if (config.QUEUE_URL === 'postgres') {
    setDefaultBackendFactory(createPostgresBackend as Parameters<typeof setDefaultBackendFactory>[0]);
    const connection = { connectionString: config.DATABASE_URL, schema: BULLMQ_SCHEMA, max: 2 };
    return { connection: connection, defaultJobOptions };
  }
  setDefaultBackendFactory(createRedisBackend);
  return { connection: { url: config.QUEUE_URL, maxRetriesPerRequest: null }, defaultJobOptions };
}

/** Connects BullMQ and registers one queue per channel. */
@Module({})
export class QueueModule {
  static forRoot(): DynamicModule {
    return {
      module: QueueModule,
      global: true,
      imports: [
        BullModule.forRootAsync({ inject: [CONFIG], useFactory: (config: Config) => queueOptions(config) }),
        ...CHANNELS.map((channel) => BullModule.registerQueue({ name: queueName(channel) })),
      ],
      exports: [BullModule],
    };
  }
}
