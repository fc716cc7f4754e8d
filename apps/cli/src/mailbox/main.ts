/**
 * The mailbox as a process of its own: `--smtp-port N --http-port N --dir FOLDER` (a port of 0, the default,
 * is any free one). When ready it prints `{"smtpPort":N,"httpPort":N}` and sends the same to a parent that
 * has an IPC channel. Ends on SIGTERM and SIGINT, and when that parent is gone.
 */
import { parseArgs } from 'node:util';
import { startMailbox } from './mailbox.js';

export async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'smtp-port': { type: 'string', default: '0' },
      'http-port': { type: 'string', default: '0' },
      dir: { type: 'string' },
    },
  });
  if (values.dir === undefined) throw new Error('--dir FOLDER is needed: where the mails are kept');

  const mailbox = await startMailbox({
    smtpPort: Number(values['smtp-port']),
    httpPort: Number(values['http-port']),
    dir: values.dir,
  });
  const ports = { smtpPort: mailbox.smtpPort, httpPort: mailbox.httpPort };
  process.stdout.write(`${JSON.stringify(ports)}\n`);
  process.send?.(ports);

  const stop = (): void => {
    void mailbox.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.once('disconnect', stop);
}
