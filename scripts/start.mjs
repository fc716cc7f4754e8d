// `npm start`: makes the checkout ready, then becomes the supervisor, so that this process is the one to signal.
import { bootstrap } from './bootstrap.mjs';

bootstrap({ build: true });
process.argv.splice(2, 0, 'start');
await import('../dist/apps/cli/src/main.js');
