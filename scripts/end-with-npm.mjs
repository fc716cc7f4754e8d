import { clearInterval, setInterval } from 'node:timers';

const LOOK_MS = 500;

/**
 * npm ends at a SIGTERM without passing it on, and whoever started it finds the port taken at the next start. So what it
 * runs looks whether it is still there, and asks itself to end when it is not. To be called before anything takes time.
 * Started by anything else it goes on when that is gone, as programs do.
 */
export function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const npm = process.ppid;
  const looking = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(looking);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_MS);
  looking.unref();
}
