import { serve } from './server.js';
import { Witness } from './witness.js';

const PORT = 8083;

/**
 * A witness as a process of its own. WITNESS_DIR is a folder of its own that no other process uses, with its key and the
 * list of logs; HOST and WITNESS_PORT say where it listens. Ends on SIGTERM and SIGINT.
 */
export async function main(): Promise<void> {
  const { WITNESS_DIR: folder, WITNESS_PORT: port = String(PORT), HOST: host = '127.0.0.1' } = process.env;
  if (folder === undefined || folder === '') throw new Error('WITNESS_DIR is missing: the folder with its key');
  if (!/^\d{1,5}$/.test(port)) throw new Error('WITNESS_PORT must be a number');
  const server = serve(Witness.open(folder));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(port), host, resolve);
  });
  const stop = (): void => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}
