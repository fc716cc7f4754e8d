// `npm start`: makes the checkout ready, then becomes the supervisor, so that this process is the one to signal.
import { bootstrap } from './bootstrap.mjs';

bootstrap({ build: true });
process.setSourceMapsEnabled(true);
const { start } = await import('../dist/apps/cli/src/start/start.js');
await start(process.argv.slice(2));
