import { serve } from './server.js';
import { Witness } from './witness.js';

const PORT = 8083;

/**
 * A witness as a process of its own. WITNESS_DIR is a folder of its own that no other process uses, with its key and the
 * list of logs; HOST and WITNESS_PORT say where it listens. Ends on SIGTERM and SIGINT.
 */
export async function main(): Promise<void> {
  const { WITNESS_DIR: folder, WITNESS_PORT: port = String(PORT), HOST: host = '127.0.0.1' } = process.env;
  if (folder === undefined || folder === '') end('WITNESS_DIR is missing: the folder with its key');
  if (!/^\d{1,5}$/.test(port)) end('WITNESS_PORT must be a number');
  const witness = opened(folder);
  const server = serve(witness);
  await new Promise<void>((resolve) => {
    server.once('error', end);
    server.listen(Number(port), host, resolve);
  });
  const at = server.address();
  const url = `http://${host}:${typeof at === 'object' && at !== null ? at.port : port}`;
  process.stdout.write(`${JSON.stringify({ level: 30, msg: 'listening', url, vkey: witness.vkey })}\n`);
  const stop = (): void => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function opened(folder: string): Witness {
  try {
    return Witness.open(folder);
  } catch (error) {
    return end(error);
  }
}

/** A line for whoever started it; exit code 2: nothing was done. */
function end(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(2);
}
