import { z } from 'zod';

/** Where the queues are, as QUEUE_URL says it. */
export type QueuePlace =
  | { readonly kind: 'postgres' }
  | { readonly kind: 'redis'; readonly url: string }
  | RedisClusterPlace;

/** Nodes by which the others are found. Credentials are the same at each. */
export interface RedisClusterPlace {
  readonly kind: 'cluster';
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

export const QUEUE_URL_FORMS =
  'must be "postgres", a redis:// or rediss:// URL of one Redis, or redis+cluster://host:port,host:port (rediss+cluster:// over TLS) of a cluster';

const CLUSTER = /^(rediss?)\+cluster:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^@/?#]+)\/?$/;
const NODE = /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/;
const REDIS_PORT = 6379;

/** What QUEUE_URL names; null where it is of no known form. */
export function readQueueUrl(text: string): QueuePlace | null {
  if (text === 'postgres') return { kind: 'postgres' };
  if (/^rediss?:\/\//.test(text)) return { kind: 'redis', url: text };
  const [, scheme, username, password, list] = CLUSTER.exec(text) ?? [];
  if (list === undefined) return null;
  const nodes = list.split(',').map(readNode);
  const given = [username, password].map(decoded);
  if (!nodes.every((node) => node !== null) || given.includes(null)) return null;
  return {
    kind: 'cluster',
    nodes,
    tls: scheme === 'rediss',
    username: given[0] ?? undefined,
    password: given[1] ?? undefined,
  };
}

/** The setting QUEUE_URL. */
export const QueueUrl = z.string().refine((text) => readQueueUrl(text) !== null, QUEUE_URL_FORMS);

function readNode(text: string): { host: string; port: number } | null {
  const [, host, port] = NODE.exec(text) ?? [];
  if (host === undefined) return null;
  const number = port === undefined ? REDIS_PORT : Number(port);
  return number < 1 || number > 65_535 ? null : { host: host.replace(/^\[|\]$/g, ''), port: number };
}

/** Undefined: not given; null: no percent-encoding. */
function decoded(text: string | undefined): string | undefined | null {
  if (text === undefined || text === '') return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

const AS_CLUSTER = 'write QUEUE_URL as redis+cluster://host:port,host:port (rediss+cluster:// over TLS)';

/**
 * What a Redis that was asked says against the form of QUEUE_URL; null: nothing. By one node of a cluster only the
 * queues whose keys lie on that node could be reached, and all others would wait for ever.
 * @param info the answer to INFO cluster
 */
export function mistakenForm(kind: 'redis' | 'cluster', info: string): string | null {
  const isCluster = /^cluster_enabled:1\s*$/m.test(info);
  if (kind === 'redis' && isCluster)
    return `QUEUE_URL names one node of a Redis cluster, by which the queues of most channels cannot be reached: ${AS_CLUSTER}`;
  if (kind === 'cluster' && !isCluster)
    return 'QUEUE_URL says redis+cluster://, and what answers there is no cluster: write it as redis:// (rediss:// over TLS)';
  return null;
}

/** Answers of Redis to a write, and what each means to an operator; the first that is met counts. */
const REFUSALS: readonly (readonly [RegExp, string])[] = [
  [/^OOM\b/, 'Redis is full and takes no wake-ups: give it more memory (maxmemory)'],
  [/^MOVED\b/, `QUEUE_URL names one node of a Redis cluster: ${AS_CLUSTER}`],
  [/^CLUSTERDOWN\b/, 'the Redis cluster does not serve all its slots: bring its nodes back'],
  [/^READONLY\b/, 'this Redis is a replica, which takes no writes: name the one that does'],
  [/^MISCONF\b/, 'Redis cannot save to its disk and takes no wake-ups'],
  [/^(NOAUTH|WRONGPASS|NOPERM)\b/, 'Redis refuses the user or the password of QUEUE_URL'],
];

/** One sentence about why a queue took no wake-up, without the words of the error. */
export function refusalOfWrite(error: string): string {
  return REFUSALS.find(([words]) => words.test(error))?.[1] ?? 'could not be checked';
}
