import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server';

/**
 * Where in the conversation something happens: at the greeting, at MAIL FROM, at RCPT TO, at the DATA
 * command (before any content), while content flows, or after its end in place of the final reply.
 */
export type SmtpPhase = 'greeting' | 'mail' | 'rcpt' | 'data' | 'content' | 'end';

/** One thing that goes wrong. `cut` drops the connection without a word; `stall` never answers. */
export type SmtpFault =
  | { readonly at: SmtpPhase; readonly reply: number; readonly text?: string }
  | { readonly at: SmtpPhase; readonly cut: true }
  | { readonly at: SmtpPhase; readonly stall: true }
  | { readonly at: SmtpPhase; readonly delayMs: number };

export interface ReceivedMail {
  readonly from: string;
  readonly recipients: readonly string[];
  readonly raw: Buffer;
}

export interface SmtpTestServer {
  readonly port: number;
  /** Everything that was answered 250 after its content. */
  readonly accepted: readonly ReceivedMail[];
  /** Everything whose content arrived to the end, accepted or not. */
  readonly arrived: readonly ReceivedMail[];
  /** The path of every RCPT TO that was ever sent, in order, as it stood on the wire. */
  readonly rcpts: readonly string[];
  readonly connections: number;
  /** What goes wrong from now on, with every message; null for nothing. */
  fault: SmtpFault | null;
  /** The fault meets this many messages and is then over. */
  faultFor(count: number, fault: SmtpFault): void;
  /** Ends every open connection, as a restart of the server would. */
  dropConnections(): void;
  close(): Promise<void>;
}

export interface SmtpTestServerOptions extends Pick<SMTPServerOptions, 'secure' | 'key' | 'cert' | 'size' | 'onAuth'> {
  /** Whether the server offers STARTTLS; default false. */
  readonly startTls?: boolean;
  readonly pipelining?: boolean;
}

type Connection = SMTPServer['connections'] extends Set<infer One> ? One : never;

/** A real SMTP server on loopback that does what the test tells it. */
export async function startSmtpServer(options: SmtpTestServerOptions = {}): Promise<SmtpTestServer> {
  const { startTls = false, pipelining = true, ...smtp } = options;
  const accepted: ReceivedMail[] = [];
  const arrived: ReceivedMail[] = [];
  const rcpts: string[] = [];
  let connections = 0;
  let faultsLeft = Infinity;

  const connectionOf = (session: SMTPServerSession): Connection | undefined =>
    [...server.connections].find((connection) => connection.session === session);

  /** Runs the fault of this phase, if there is one, and otherwise goes on. */
  const at = (phase: SmtpPhase, session: SMTPServerSession, next: (error?: Error) => void): void => {
    const fault = control.fault;
    if (fault === null || fault.at !== phase || faultsLeft <= 0) return next();
    faultsLeft -= 1;
    if ('stall' in fault) return;
    if ('cut' in fault) return void connectionOf(session)?._socket.destroy();
    if ('delayMs' in fault) return void setTimeout(next, fault.delayMs);
    next(Object.assign(new Error(fault.text ?? 'as the test wishes'), { responseCode: fault.reply }));
  };

  const server = new SMTPServer({
    ...smtp,
    logger: false,
    authOptional: smtp.onAuth === undefined,
    disabledCommands: [...(startTls ? [] : ['STARTTLS']), ...(smtp.onAuth === undefined ? ['AUTH'] : [])],
    hidePIPELINING: !pipelining,
    disableReverseLookup: true,
    closeTimeout: 500,
    onConnect(session, next) {
      connections += 1;
      const connection = connectionOf(session);
      if (connection !== undefined) {
        listenToRcpt(connection, rcpts);
        faultyData(connection, session, at);
      }
      at('greeting', session, next);
    },
    onMailFrom: (_address, session, next) => at('mail', session, next),
    onRcptTo: (_address, session, next) => at('rcpt', session, next),
    onData(stream, session, next) {
      stream.on('error', () => undefined);
      if (control.fault?.at === 'content' && 'cut' in control.fault && faultsLeft > 0) {
        faultsLeft -= 1;
        stream.once('data', () => connectionOf(session)?._socket.destroy());
        return;
      }
      void receive();
      async function receive(): Promise<void> {
        // A client that breaks off in the middle of its content has sent no mail.
        const raw = await buffer(stream).catch(() => null);
        if (raw === null) return;
        const { mailFrom, rcptTo } = session.envelope;
        const envelope = {
          from: mailFrom === false ? '' : mailFrom.address,
          recipients: rcptTo.map((recipient) => recipient.address),
        };
        const mail = { ...envelope, raw };
        arrived.push(mail);
        at('end', session, (error) => {
          if (error === undefined) accepted.push(mail);
          next(error, `2.0.0 Ok: queued as TEST${arrived.length.toString().padStart(6, '0')}`);
        });
      }
    },
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');

  const control = {
    port: (server.server.address() as AddressInfo).port,
    accepted,
    arrived,
    rcpts,
    get connections() {
      return connections;
    },
    fault: null as SmtpFault | null,
    faultFor(count: number, fault: SmtpFault) {
      control.fault = fault;
      faultsLeft = count;
    },
    dropConnections() {
      for (const connection of server.connections) connection._socket.destroy();
    },
    close() {
      control.dropConnections();
      return new Promise<void>((resolve) => server.close(resolve));
    },
  };
  return control;
}

/** The server hands on a decoded address; what was really sent is in the command. */
function listenToRcpt(connection: Connection, rcpts: string[]): void {
  const handle = connection.handler_RCPT.bind(connection);
  connection.handler_RCPT = (command, callback) => {
    rcpts.push(/<(.*)>/.exec(command.toString('utf8'))?.[1] ?? command.toString('utf8'));
    handle(command, callback);
  };
}

/** smtp-server has no hook at the DATA command itself, so the handler of this one connection is wrapped. */
function faultyData(
  connection: Connection,
  session: SMTPServerSession,
  at: (phase: SmtpPhase, session: SMTPServerSession, next: (error?: Error & { responseCode?: number }) => void) => void,
): void {
  const handle = connection.handler_DATA.bind(connection);
  connection.handler_DATA = (command, callback) => {
    if (session.envelope.rcptTo.length === 0) return handle(command, callback);
    at('data', session, (error) => {
      if (error === undefined) return handle(command, callback);
      connection.send(error.responseCode ?? 451, error.message);
      callback();
    });
  };
}
