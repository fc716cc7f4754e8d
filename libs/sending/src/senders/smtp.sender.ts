import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { createTransport, type Transporter } from 'nodemailer';
import type { Clock } from '#lib/kernel';
import type { ChannelSender, HandOver, SenderCapabilities, SendResult } from './channel-sender.js';
import { composeMail } from './compose-mail.js';
import { readDkimKey, type DkimSigner } from './dkim.js';
import { smtpOutcome } from './domain/smtp-outcome.js';
import { hostTarget } from './domain/vouched-hosts.js';
import { checkMailbox } from './mailbox.js';
import { lookupFor } from './reach.js';
import type { SmtpSecret, SmtpSettings } from './smtp-settings.js';
import { UnderWay } from './under-way.js';

/** Connecting, TLS, login, MAIL and RCPT must be over after this long; the content has not been sent yet. */
const SETUP_SECONDS = 120;
const CONNECT_SECONDS = 30;
/** Of a name with several addresses the next one is tried when one has not answered for so long. */
const NEXT_ADDRESS_MS = 5_000;

/**
 * Mail over SMTP with pooled connections. One message goes to exactly one RCPT TO, the address that was
 * handed in; anything that could be read as more than one mailbox is refused.
 */
export class SmtpSender implements ChannelSender {
  readonly capabilities: SenderCapabilities;
  private readonly transport: Transporter;
  private readonly dkim: DkimSigner | null;
  private readonly setupMs: number;
  private readonly returnPath: string | undefined;
  private readonly feedbackSender: string | null;
  private readonly underWay = new UnderWay(() => this.transport.close());

  /** @throws Error saying what does not fit together in the settings. */
  constructor(
    settings: SmtpSettings,
    secret: SmtpSecret,
    private readonly clock: Clock,
    vouched: readonly string[],
  ) {
    this.setupMs = Math.min(settings.timeoutSeconds, SETUP_SECONDS) * 1000;
    this.capabilities = {
      channel: 'email',
      keyWindowMs: null,
      maxCallMs: this.setupMs + settings.timeoutSeconds * 1000,
      concurrency: settings.maxConnections,
      answeredBy: 'account',
    };
    this.returnPath = settings.returnPath;
    this.feedbackSender = settings.feedbackSender ?? null;
    this.dkim = dkimSigner(settings, secret);
    this.transport = pool(settings, secret, vouched);
  }

  send(handOver: HandOver): Promise<SendResult> {
    return this.underWay.begin(() => this.handOver(handOver));
  }

  close(): Promise<void> {
    return this.underWay.close();
  }

  private async handOver(handOver: HandOver): Promise<SendResult> {
    const to = checkMailbox(handOver.to);
    if (to.kind === 'refused') return { kind: 'rejected', code: `invalid_address.${to.problem}`, hardBounce: false };
    const from = checkMailbox(handOver.from.address);
    if (from.kind === 'refused') return { kind: 'rejected', code: `invalid_sender.${from.problem}`, hardBounce: false };

    const { feedbackSender } = this;
    const route = { from: from.address, to: to.address, domain: from.domain, feedbackSender };
    let mail: Buffer;
    try {
      mail = await composeMail(handOver, route, this.dkim, this.clock.now());
    } catch {
      return { kind: 'rejected', code: 'mail_not_composed', hardBounce: false };
    }
    const envelopeFrom = returnPathFor(handOver.messageId, this.returnPath) ?? from.address;
    return this.transmit(mail, envelopeFrom, to.address, handOver.startBy);
  }

  private async transmit(mail: Buffer, from: string, to: string, startBy: number): Promise<SendResult> {
    const content = new ContentWatch(from, to, () => this.clock.monotonic() <= startBy);
    const deadline = new AbortController();
    const setupTimer = setTimeout(() => content.began || deadline.abort(), this.setupMs);
    const callTimer = setTimeout(() => deadline.abort(), this.capabilities.maxCallMs);
    try {
      const mailToOne: WatchedMail = { raw: mail, envelope: { from, to: [to] }, signal: deadline.signal, content };
      const { response } = await this.transport.sendMail(mailToOne);
      return { kind: 'accepted', providerRef: queueId(String(response)) };
    } catch (thrown) {
      if (content.cameTooLate) return { kind: 'not_begun' };
      return smtpOutcome({ ...describe(thrown), contentBegan: content.began });
    } finally {
      clearTimeout(setupTimer);
      clearTimeout(callTimer);
    }
  }
}

type MailOptions = Parameters<Transporter['sendMail']>[0];
interface WatchedMail extends MailOptions {
  readonly content: ContentWatch;
}
type PooledMail = Parameters<Parameters<Transporter['use']>[1]>[0];

/**
 * Stands between a composed mail and its connection, and knows whether the content has begun to flow.
 * nodemailer reads the stream only after the server has answered DATA with 354, so a stream that was
 * never read from is a message the server cannot have.
 */
class ContentWatch {
  /** Whether a byte of the content was asked for, so that the server may have it. */
  began = false;
  /** Whether the server was ready for the content only when it was too late to begin. */
  cameTooLate = false;

  constructor(
    private readonly from: string,
    private readonly to: string,
    private readonly isInTime: () => boolean,
  ) {}

  /** @throws Error when the mail is about to go to anybody but the one recipient. */
  attach(mail: PooledMail): void {
    const { message } = mail;
    const envelope = message.getEnvelope();
    const isAsHandedIn = envelope.from === this.from && envelope.to.length === 1 && envelope.to[0] === this.to;
    if (!isAsHandedIn) throw new Error('the envelope is not the one that was handed in');

    const createReadStream = message.createReadStream.bind(message);
    message.createReadStream = (options) => {
      // The pool takes another connection when the first turns out dead. That must never send content twice.
      if (this.began) return Readable.from([]).destroy(new Error('the content has been sent before'));
      return Readable.from(this.inTime(createReadStream(options)), { objectMode: false });
    };
  }

  /** Runs on at the first read, right before the first byte is written: a process that slept meanwhile finds out here. */
  private async *inTime(content: Readable): AsyncGenerator<Buffer> {
    if (!this.isInTime()) {
      this.cameTooLate = true;
      throw new Error('it is too late to begin');
    }
    this.began = true;
    for await (const chunk of content) yield chunk as Buffer;
  }
}

function pool(settings: SmtpSettings, secret: SmtpSecret, vouched: readonly string[]): Transporter {
  const { host, port, secure, user, ca, maxConnections, timeoutSeconds } = settings;
  if (user !== undefined && secret.password === undefined) throw new Error('the user has no password');
  const connectMs = Math.min(CONNECT_SECONDS, timeoutSeconds) * 1000;
  const transport = createTransport({
    pool: true,
    getSocket: (_: unknown, done: Opened) => open({ host, port, connectMs, vouched }, done),
    host,
    port,
    secure: secure === 'tls',
    requireTLS: secure === 'starttls',
    ignoreTLS: secure === 'none',
    ...(ca === undefined ? {} : { tls: { ca } }),
    ...(user === undefined ? {} : { auth: { user, pass: secret.password } }),
    maxConnections,
    // Only for a message of which the dead connection had not taken a byte; see ContentWatch.
    maxRequeues: 1,
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: timeoutSeconds * 1000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  transport.use('stream', (mail, done) => {
    try {
      (mail.data as WatchedMail).content.attach(mail);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
  return transport;
}

type Opened = (error: Error | null, made?: { readonly connection: Socket }) => void;
interface Opening {
  readonly host: string;
  readonly port: number;
  readonly connectMs: number;
  readonly vouched: readonly string[];
}

/** The pool's connections are opened here, because it would look a name up by itself and go wherever that leads. */
function open({ host, port, connectMs, vouched }: Opening, done: Opened): void {
  let socket: Socket;
  try {
    const lookup = lookupFor(hostTarget(host, port), vouched);
    socket = connect({ host, port, autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS, ...(lookup && { lookup }) });
  } catch (error) {
    return done(unconnected(error));
  }
  const timer = setTimeout(() => socket.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })), connectMs);
  const failed = (error: Error): void => {
    clearTimeout(timer);
    done(unconnected(error));
  };
  socket.once('error', failed);
  socket.once('connect', () => {
    clearTimeout(timer);
    socket.off('error', failed);
    done(null, { connection: socket });
  });
}

/** As nodemailer says of a failure in which phase it was. */
function unconnected(error: unknown): Error {
  return Object.assign(error as Error, { command: 'CONN' });
}

/** An address for each message, so that a report which quotes nothing names its message all the same (VERP). */
function returnPathFor(messageId: string, mailbox: string | undefined): string | null {
  return mailbox === undefined ? null : mailbox.replace('@', `+${messageId}@`);
}

function dkimSigner({ dkim }: SmtpSettings, { dkimPrivateKey }: SmtpSecret): DkimSigner | null {
  if (dkim === undefined) return null;
  if (dkimPrivateKey === undefined) throw new Error('the DKIM selector has no private key');
  return { ...dkim, privateKey: readDkimKey(dkimPrivateKey) };
}

function describe(thrown: unknown): { code: string; command: string; replyCode: number | null; reply: string } {
  const { code, command, responseCode, response } = thrown as Record<string, unknown>;
  return {
    code: code === 'EABORT' ? 'ETIMEDOUT' : typeof code === 'string' ? code : 'EUNKNOWN',
    command: typeof command === 'string' ? command : '',
    replyCode: typeof responseCode === 'number' ? responseCode : null,
    reply: typeof response === 'string' ? response : '',
  };
}

/** The id under which the server queued the mail, when its answer names one; to find the mail in its log. */
function queueId(reply: string): string | null {
  return /\bqueued as ([A-Za-z0-9._-]{4,64})/i.exec(reply)?.[1] ?? null;
}
