import type { LoggerService } from '@nestjs/common';
import { type Logger, type LoggerOptions, pino } from 'pino';

/** Properties that never reach a log line, whoever passes them. */
const REDACTED = [
  'address',
  'email',
  'to',
  'token',
  'secret',
  'password',
  'variables',
  'headers.authorization',
  'req.headers',
  'url',
];

/** JSON lines, one per event. Log ids, never contents: no address, name, token or message body. */
export function createLogger(name: string, level: string): Logger {
  const options: LoggerOptions = {
    name,
    level,
    redact: { paths: REDACTED.flatMap((path) => [path, `*.${path}`]), censor: '[redacted]' },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError },
  };
  return pino(options, STDOUT);
}

/**
 * Standard output by Node itself. Pino's own destination tries for ever, blocking the process, once nobody reads the
 * other end any more; a process must be able to end when its log is gone.
 */
const STDOUT = { write: (line: string) => void process.stdout.write(line) };
process.stdout.on('error', () => undefined);

export type { Logger } from 'pino';

/** Injection token of the process's logger. */
export const LOGGER = Symbol('Logger');

/** The kind, code and place of an error. Its message is left out when it comes from PostgreSQL or Prisma, which quote values. */
function describeError(
  error: Error & { code?: unknown; severity?: unknown; table?: unknown; constraint?: unknown },
): object {
  const quotesValues = typeof error.severity === 'string' || error.name.startsWith('Prisma');
  return {
    type: error.name,
    code: error.code,
    table: error.table,
    constraint: error.constraint,
    message: quotesValues ? undefined : error.message,
    stack: quotesValues ? error.stack?.split('\n').slice(1).join('\n') : error.stack,
    cause: error.cause instanceof Error ? describeError(error.cause) : undefined,
  };
}

/** Lets Nest write through the same logger. */
export class NestLogger implements LoggerService {
  constructor(private readonly base: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  private write(level: 'fatal' | 'error' | 'warn' | 'debug' | 'trace', message: unknown, rest: unknown[]): void {
    const context = typeof rest.at(-1) === 'string' ? rest.at(-1) : undefined;
    if (message instanceof Error) this.base[level]({ context, err: message }, message.name);
    else this.base[level]({ context }, String(message));
  }
}
