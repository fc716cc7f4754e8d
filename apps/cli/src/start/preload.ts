/**
 * Loaded into the processes of the applications before anything else: what all of them need. It takes most of a
 * second, which passes while the database starts.
 */
import 'reflect-metadata';

// A failure here is the application's own to report, when it imports the same.
await Promise.allSettled([import('#lib/sending'), import('@nestjs/core'), import('@nestjs/platform-fastify')]);
