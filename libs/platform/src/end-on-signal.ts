import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** For connections that do not close by themselves, such as one to a queue that is down. */
const CLOSING_MS = 5_000;

/**
 * Ends the process on SIGTERM or SIGINT with code 0, after everything under way has ended: what modules wait for
 * before they shut down, then the requests. What is left then is closing connections, which gets a few seconds.
 * Call it before the application listens.
 */
export function endOnSignal(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onClose', () => {
    setTimeout(() => process.exit(0), CLOSING_MS).unref();
    return Promise.resolve();
  });
  app.enableShutdownHooks([], { useProcessExit: true });
}
