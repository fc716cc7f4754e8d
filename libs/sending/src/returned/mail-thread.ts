/**
 * Reads mails in a thread of its own, so that one that would take too long is ended without the process. Built as one
 * file, because a thread begins with a file: scripts/bundle.mjs.
 */
import { parentPort } from 'node:worker_threads';
import { GatheredParts } from './gathered-parts.js';
import { readArrival } from './read-arrival.js';

// Of this thread alone, in which nothing else is done.
Object.assign(globalThis, { Blob: GatheredParts });

const port = parentPort;
if (port === null) throw new Error('this is a thread of a process that takes mails in');
port.on('message', (raw: Uint8Array) => {
  readArrival(raw).then(
    (arrival) => port.postMessage(arrival),
    // Its words may quote the mail.
    () => port.postMessage(null),
  );
});
