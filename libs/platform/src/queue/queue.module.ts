import { BullModule, getQueueToken } from '@nestjs/bullmq';
import {
  type DynamicModule,
  Inject,
  Injectable,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import {
  createPostgresBackend,
  createRedisBackend,
  type Queue,
  RedisConnection,
  setDefaultBackendFactory,
  type QueueOptions,
} from 'bullmq';
import pg from 'pg';
import { CHANNELS, type Channel } from '#lib/kernel';
import { CONFIG, type Config } from '../config/config.js';
import { clusterClient, formProblem } from './redis-client.js';
import { readQueueUrl } from './queue-url.js';

/** The PostgreSQL schema in which BullMQ keeps its queues; made by the migrate step, never by the application. */
export const BULLMQ_SCHEMA = 'bullmq';

/** The queue that wakes attempts of one channel. Braces keep its keys on one slot of a Redis cluster, and each queue on its own. */
export function queueName(channel: Channel): string {
  return `{send-${channel}}`;
}

/** What a wake-up carries: ids, nothing else. The rows say what is to be done. */
export interface WakeUp {
  readonly ids: readonly string[];
}

/** Options of BullMQ for the backend that QUEUE_URL names: `postgres`, one Redis or a cluster of them. */
export function queueOptions(config: Pick<Config, 'QUEUE_URL' | 'DATABASE_URL'>): QueueOptions {
  // Wake-ups are not retried by the queue: the sweeper repeats what the rows still want.
  const defaultJobOptions = { attempts: 1, removeOnComplete: true, removeOnFail: true };
  if (config.QUEUE_URL === 'postgres') {
    setDefaultBackendFactory(createPostgresBackend as Parameters<typeof setDefaultBackendFactory>[0]);
    const connection = { connectionString: config.DATABASE_URL, schema: BULLMQ_SCHEMA, max: 2 };
    return { connection: connection, defaultJobOptions };
  }
  setDefaultBackendFactory(createRedisBackend);
  const place = readQueueUrl(config.QUEUE_URL);
  if (place?.kind === 'cluster') {
    // BullMQ closes what it has made by this, and not what it is given.
    RedisConnection.clientFactory = () => clusterClient(place);
    return { connection: { maxRetriesPerRequest: null }, defaultJobOptions };
  }
  delete RedisConnection.clientFactory;
  return { connection: { url: config.QUEUE_URL, maxRetriesPerRequest: null }, defaultJobOptions };
}

/** Each connection is a process of PostgreSQL; a queue for each channel would have its own, most of them for nothing. */
const SHARED_CONNECTIONS = 3;

/** The connections by which all queues of a process give their wake-ups to PostgreSQL. Workers have their own. */
@Injectable()
class QueuePool implements OnModuleInit, OnApplicationShutdown {
  private readonly pool: pg.Pool | undefined;
  readonly options: QueueOptions;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(ModuleRef) private readonly modules: ModuleRef,
  ) {
    this.options = queueOptions(config);
    if (config.QUEUE_URL !== 'postgres') return;
    this.pool = new pg.Pool({
      connectionString: config.DATABASE_URL,
      max: SHARED_CONNECTIONS,
      options: `-c search_path=${BULLMQ_SCHEMA}`,
      application_name: 'consent-gateway-queues',
    });
    this.pool.setMaxListeners(0); // Every queue listens for its errors, and says them.
    this.options = { ...this.options, connection: this.pool };
  }

  /** @throws Error where QUEUE_URL is of another form than what answers there: nothing would ever leave by most channels. */
  async onModuleInit(): Promise<void> {
    const place = readQueueUrl(this.config.QUEUE_URL);
    const problem = place === null ? null : await formProblem(place);
    if (problem !== null) throw new Error(problem);
  }

  /** A queue closes what it has made, and this it was given. */
  async onApplicationShutdown(): Promise<void> {
    const queues = CHANNELS.map((one) => this.modules.get<Queue>(getQueueToken(queueName(one)), { strict: false }));
    await Promise.all(queues.map((queue) => queue.close()));
    await this.pool?.end();
  }
}

@Module({ providers: [QueuePool], exports: [QueuePool] })
class QueuePoolModule {}

/** Injection token of the queues of all channels, in the order of CHANNELS. */
export const QUEUES = Symbol('queues');

/** Connects BullMQ and registers one queue per channel. */
@Module({})
export class QueueModule {
  static forRoot(): DynamicModule {
    return {
      module: QueueModule,
      global: true,
      imports: [
        BullModule.forRootAsync({
          imports: [QueuePoolModule],
          inject: [QueuePool],
          useFactory: ({ options }: QueuePool) => options,
        }),
        ...CHANNELS.map((channel) => BullModule.registerQueue({ name: queueName(channel) })),
      ],
      providers: [
        {
          provide: QUEUES,
          useFactory: (...all: Queue[]) => all,
          inject: CHANNELS.map((channel) => getQueueToken(queueName(channel))),
        },
      ],
      exports: [BullModule, QUEUES],
    };
  }
}
