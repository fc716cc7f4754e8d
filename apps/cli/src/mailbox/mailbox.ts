import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { MailStore } from './mail-store.js';
import { mailboxServer } from './mailbox-server.js';

/**
 * The local mailbox: a real SMTP server on this machine and a small page that shows every mail as it was
 * received. A tool for development and for the demo; it delivers nothing, asks for no password, and its
 * packages (smtp-server, postal-mime) are not installed in production.
 */

export interface MailboxOptions {
  /** 0 for any free port. */
  readonly smtpPort: number;
  readonly httpPort: number;
  /** Folder that keeps the mails over a restart; made when it is missing. */
  readonly dir: string;
}

export interface Mailbox {
  readonly smtpPort: number;
  readonly httpPort: number;
  /** Ends what is under way and frees the ports. */
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
const MAX_MAIL_BYTES = 25 * 1024 * 1024;

/** @throws Error when a port is taken or the folder cannot be used. */
export async function startMailbox({ smtpPort, httpPort, dir }: MailboxOptions): Promise<Mailbox> {
  const store = await MailStore.open(dir);
  const smtp = smtpServer(store);
  smtp.listen(smtpPort, LOOPBACK);
  await once(smtp.server, 'listening');
  const http = mailboxServer(store);
  try {
    http.listen(httpPort, LOOPBACK);
    await once(http, 'listening');
  } catch (error) {
    await new Promise<void>((resolve) => smtp.close(resolve));
    throw error;
  }
  return {
    smtpPort: (smtp.server.address() as AddressInfo).port,
    httpPort: (http.address() as AddressInfo).port,
    async close() {
      await Promise.all([
        new Promise<void>((resolve) => smtp.close(resolve)),
        new Promise<void>((resolve) => {
          http.close(() => resolve());
          http.closeIdleConnections();
        }),
      ]);
    },
  };
}

function smtpServer(store: MailStore): SMTPServer {
  const server = new SMTPServer({
    logger: false,
    name: 'mailbox.localhost',
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: MAX_MAIL_BYTES,
    rejectOversized: true,
    closeTimeout: 2_000,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => {
        // An oversized mail is read to its end, refused by the server, and not kept meanwhile.
        if (stream.sizeExceeded) chunks.length = 0;
        else chunks.push(chunk);
      });
      stream.on('error', () => undefined);
      stream.on('end', () => {
        if (stream.sizeExceeded) return done(null);
        const { mailFrom, rcptTo } = session.envelope;
        const envelope = { from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map(({ address }) => address) };
        store.add(envelope, Buffer.concat(chunks)).then(
          ({ id }) => done(null, `2.0.0 Ok: queued as ${id}`),
          () => done(Object.assign(new Error('4.3.0 the mail could not be kept'), { responseCode: 451 })),
        );
      });
    },
  });
  // A connection that breaks is the sender's affair.
  server.on('error', () => undefined);
  return server;
}
