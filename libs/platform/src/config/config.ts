import { z } from 'zod';
import { QueueUrl } from '../queue/queue-url.js';

const port = z.coerce.number().int().min(0).max(65_535);
const seconds = z.coerce.number().int().min(1).max(86_400);
const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, 'must start with postgresql://');

/** Comma-separated; empty: none. */
const listed = z
  .string()
  .default('')
  .transform((list) =>
    list
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  );

/** 32 random bytes in base64. Every other key of the deployment is derived from this one. */
const masterKey = z
  .base64()
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((bytes) => bytes.length === 32, 'must be 32 bytes in base64, for example from: openssl rand -base64 32')
  .refine((bytes) => new Set(bytes).size > 8, 'is not random: make one with: openssl rand -base64 32');

/** The environment of a process, read once at start. `.env.example` is generated from this schema. */
export const ConfigSchema = z
  .object({
    NODE_ENV: z
      .enum(['production', 'development', 'test'])
      .default('production')
      .describe('development and test allow crash points'),
    DATABASE_URL: postgresUrl.describe('PostgreSQL as role gateway_app; never the owner, never a superuser'),
    SEQUENCER_DATABASE_URL: postgresUrl
      .optional()
      .describe('PostgreSQL as role gateway_sequencer; only the worker needs it'),
    LEDGER_DIR: z
      .string()
      .min(1)
      .optional()
      .describe(
        'folder of the worker that publishes the log, on a disk that outlives it and the database: log.key, policy.txt, what was signed last; empty: it does not',
      ),
    QUEUE_URL: QueueUrl.default('postgres').describe(
      'where BullMQ keeps its queues: postgres (same database), redis://host:6379, or of a cluster redis+cluster://host:6379,host:6379',
    ),
    MASTER_KEY: masterKey.describe('32 random bytes in base64; losing it makes sealed data unreadable'),
    HOST: z.string().default('127.0.0.1').describe('address the HTTP servers listen on'),
    API_PORT: port.default(8080).describe('port of the machines’ door'),
    CENTER_PORT: port.default(8081).describe('port of the contacts’ door'),
    WORKER_PORT: port.default(8082).describe('port of the worker’s health and metrics'),
    CENTER_URL: z
      .url()
      .default('http://127.0.0.1:8081')
      .describe('public base URL of the contacts’ door, as printed in mails'),
    UNSUBSCRIBE_MAILBOX: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,64}@[A-Za-z0-9.-]{1,253}$/, 'must be one plain e-mail address')
      .optional()
      .describe(
        'mailbox named in List-Unsubscribe beside the link; what arrives there goes to POST /v1/inbound/mail; empty: none',
      ),
    EVENT_HOSTS: listed.describe(
      'comma-separated `host:port` inside (`*` for every port) to which events may be sent, also without TLS; empty: to the public internet alone',
    ),
    PROVIDER_HOSTS: listed.describe(
      'comma-separated `host:port` inside (`*` for every port) where the mail server, center or interface of a provider may be, and that its `alsoHosts` may name for webhooks, pushes and cards; empty: providers are on the public internet alone',
    ),
    CENTER_JOURNAL_DIR: z
      .string()
      .min(1)
      .default('.local/opt-outs')
      .describe(
        'folder of the contacts’ door, on a disk that outlives it, for opt-outs taken while PostgreSQL is away',
      ),
    TRUSTED_PROXIES: listed.describe(
      'comma-separated addresses or CIDR ranges whose X-Forwarded-For is believed; empty: none',
    ),
    LOG_LEVEL: z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
      .default('info')
      .describe('least severe log line that is written'),
    DATABASE_CONNECTIONS: z.coerce
      .number()
      .int()
      .min(2)
      .max(200)
      .default(10)
      .describe('connections of one process at most'),
    WORKER_CONCURRENCY: z.coerce
      .number()
      .int()
      .min(1)
      .max(64)
      .default(3)
      .describe('wake-up jobs a worker process takes at once, per channel'),
    LEASE_MARGIN_SECONDS: seconds
      .default(60)
      .describe(
        'how long after the end of the slowest provider call a hand-over without an outcome is settled by the reaper',
      ),
    START_SECONDS: seconds
      .default(60)
      .describe('a hand-over not begun this long after its decision is not begun at all'),
    WAKE_UP_SECONDS: seconds
      .default(30)
      .describe('a wake-up that has not led to an attempt after this long is repeated'),
    MAX_PENDING_ENTRIES: z.coerce
      .number()
      .int()
      .min(100)
      .default(200_000)
      .describe('ledger entries waiting for their position; above, sends are answered 503'),
    CRASH_AT: z
      .string()
      .optional()
      .describe('named point at which the process kills itself; for tests, refused in production'),
    HALT_AT: z
      .string()
      .optional()
      .describe('named point at which the process stands still until SIGCONT; for tests, refused in production'),
  })
  .refine(
    (c) =>
      c.NODE_ENV !== 'production' || /^https:|^http:\/\/(127\.0\.0\.1|localhost|\[::1\])([:/]|$)/.test(c.CENTER_URL),
    'CENTER_URL must begin with https:// unless it is this machine: one click in a mail (RFC 8058) works over nothing else',
  )
  .refine((c) => c.NODE_ENV !== 'production' || c.CRASH_AT === undefined, 'CRASH_AT is refused in production')
  .refine((c) => c.NODE_ENV !== 'production' || c.HALT_AT === undefined, 'HALT_AT is refused in production');

export type Config = Readonly<z.infer<typeof ConfigSchema>>;

/** Injection token of the configuration. */
export const CONFIG = Symbol('Config');

/**
 * Reads the configuration.
 * @throws Error listing every problem, with the name of the variable, never its value.
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const known = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = ConfigSchema.safeParse(known);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => {
    const problem = message.endsWith('received undefined') ? 'is not set; .env.example says what it is' : message;
    return `  ${path.join('.') || 'configuration'}: ${problem}`;
  });
  throw new Error(`The configuration cannot be used:\n${problems.join('\n')}`);
}

/** The text of `.env.example`: every setting with what it means and what it is when left out. */
export function describeConfig(): string {
  const lines = ['# Settings of every process, generated from the configuration schema.'];
  for (const [name, field] of Object.entries(ConfigSchema.shape)) {
    const fallback = field.safeParse(undefined);
    const value = fallback.success && fallback.data !== undefined ? String(fallback.data) : '';
    lines.push('', `# ${field.description ?? ''}`, fallback.success ? `#${name}=${value}` : `${name}=`);
  }
  return `${lines.join('\n')}\n`;
}
