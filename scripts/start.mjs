// `npm start`: makes the checkout ready, then becomes the supervisor, so that this process is the one to signal.
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { bootstrap, preparedCluster } from './bootstrap.mjs';
import { endWithNpm } from './end-with-npm.mjs';

endWithNpm();
removeStaleReadyFile();
bootstrap({ build: true });
const prepared = preparedCluster();
process.argv.splice(2, 0, 'start', ...(prepared === undefined ? [] : ['--copy-of', prepared.dataDir]));
await import('../dist/apps/cli/src/main.js');

/** What a start that was killed left there would be taken for this one while the checkout is made ready. */
function removeStaleReadyFile() {
  const options = { 'ready-file': { type: 'string' } };
  const { values } = parseArgs({ args: process.argv.slice(2), options, strict: false });
  const file = values['ready-file'];
  if (typeof file !== 'string' || fs.statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return;
  try {
    process.kill(JSON.parse(fs.readFileSync(file, 'utf8')).pid, 0); // It may belong to one that runs.
  } catch {
    fs.rmSync(file, { force: true });
  }
}
