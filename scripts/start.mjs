// `npm start`: makes the checkout ready, then becomes the supervisor, so that this process is the one to signal.
import { bootstrap, preparedCluster } from './bootstrap.mjs';

bootstrap({ build: true });
const prepared = preparedCluster();
process.argv.splice(2, 0, 'start', ...(prepared === undefined ? [] : ['--copy-of', prepared.dataDir]));
await import('../dist/apps/cli/src/main.js');
