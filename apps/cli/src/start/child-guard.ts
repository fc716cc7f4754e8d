/**
 * Loaded into every child process before its own code. The channel to the supervisor closes when the supervisor
 * dies, however it dies; then the child ends too: in order if it can, by force a little later. The settings come
 * through the channel as well, where no list of processes shows them; until then the child waits.
 */
import { once } from 'node:events';

/** PostgreSQL ends with the supervisor too, so there is nothing left that longer waiting could store. */
const GRACE_MS = 2_000;

if (process.connected) {
  process.on('disconnect', leave);
  const [settings] = (await once(process, 'message')) as [NodeJS.ProcessEnv];
  Object.assign(process.env, settings);
  // Listening alone must not keep a process alive that has nothing left to do.
  process.channel?.unref();
} else {
  leave();
}

function leave(): void {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MS).unref();
  process.kill(process.pid, 'SIGTERM');
}
