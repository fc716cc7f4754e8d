import { createIORedisClient } from 'bullmq';
import { Cluster, Redis } from 'ioredis';
import { mistakenForm, type QueuePlace, type RedisClusterPlace } from './queue-url.js';

/** How long a node may take to say who has which slots. */
const SLOTS_MS = 5_000;
const ASKED_MS = 3_000;

/** A connection to a cluster as BullMQ wants one: it waits for as long as the nodes are away. Whoever asks closes it. */
export function clusterClient(place: RedisClusterPlace): ReturnType<typeof createIORedisClient> {
  const cluster = new Cluster([...place.nodes], {
    redisOptions: { ...credentials(place), maxRetriesPerRequest: null },
    slotsRefreshTimeout: SLOTS_MS,
    // Certificates name hosts: a name that the cluster tells is not turned into an address.
    ...(place.tls ? { dnsLookup: (host, done) => done(null, host) } : {}),
  });
  return createIORedisClient(cluster);
}

/**
 * Whether what answers is what QUEUE_URL says, one Redis or a cluster. One that does not answer says nothing: processes
 * start without it, and their readiness tells.
 * @returns a sentence for the operator; null when nothing is wrong or nobody answers
 */
export async function formProblem(place: QueuePlace): Promise<string | null> {
  if (place.kind === 'postgres') return null;
  const settings = {
    lazyConnect: true,
    connectTimeout: ASKED_MS,
    socketTimeout: ASKED_MS,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
  };
  const redis =
    place.kind === 'redis'
      ? new Redis(place.url, settings)
      : new Redis({ ...settings, ...place.nodes[0], ...credentials(place) });
  redis.on('error', () => undefined);
  try {
    return mistakenForm(place.kind, await redis.info('cluster'));
  } catch {
    return null;
  } finally {
    if (redis.status !== 'end') redis.disconnect();
  }
}

function credentials({ tls, username, password }: RedisClusterPlace) {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
  };
}
