import { connect, type ReceivedPdu, type Session } from 'smpp';
import { type DeliverFields, wordsOf } from '../domain/smpp-delivery.js';
import { hostTarget } from '../domain/vouched-hosts.js';
import { lookupFor } from '../reach.js';
import { RECEIPTED_MESSAGE_ID, type SmppSecret, type SmppSettings } from './smpp-settings.js';

/** Requests to which SMPP 3.4 has no answer. */
const UNANSWERED = new Set(['alert_notification', 'outbind', 'generic_nack']);
/** ESME_RINVCMDID (SMPP 3.4, 5.1.3). */
const INVALID_COMMAND = 0x03;

/** How an operation ended: with a state (0 is well), or not at all. `written`: the center may have it. */
export type SmppEnd =
  | { readonly kind: 'answered'; readonly status: number; readonly messageId: string | null }
  | { readonly kind: 'lost'; readonly written: boolean };

/** One bound connection to a center. When it breaks, everything that waits on it ends, and it is of no use any more. */
export class SmppSession {
  private readonly waiting = new Set<(end: SmppEnd) => void>();
  private readonly whenClosed: (() => void)[] = [];
  private isClosed = false;
  private fault: Error | null = null;
  private beat: NodeJS.Timeout | undefined;

  private constructor(
    private readonly session: Session,
    private readonly answerMs: number,
    textIdTag: number | undefined,
    take: (fields: DeliverFields) => Promise<void>,
  ) {
    session.on('error', (error: Error) => {
      this.fault ??= error;
      session.destroy();
    });
    session.on('close', () => this.closed());
    session.on('enquire_link', (pdu: ReceivedPdu) => session.send(pdu.response()));
    session.on('pdu', (pdu: ReceivedPdu) => {
      // Whoever waits for an answer to something else waits until its connection ends.
      if (pdu.isResponse() || UNANSWERED.has(pdu.command) || session.listenerCount(pdu.command) > 0) return;
      session.generic_nack({ command_status: INVALID_COMMAND, sequence_number: pdu.sequence_number });
    });
    session.on('unbind', (pdu: ReceivedPdu) => {
      session.send(pdu.response());
      session.close();
    });
    // From the first: what waited at the center comes right behind its answer to the bind, mostly in the same segment.
    for (const command of ['deliver_sm', 'data_sm']) {
      session.on(command, (pdu: ReceivedPdu) => {
        take(fieldsOf(pdu, textIdTag)).then(
          () => session.send(pdu.response()),
          // 0x64, a temporary error: the center brings it again.
          () => session.send(pdu.response({ command_status: 0x64 })),
        );
      });
    }
  }

  /**
   * @param vouched hosts inside that it may be at
   * @param take what the center brings by itself: receipts, and messages from people. Answered once `take` has it safe.
   * @throws Error with `status` of the center when it does not bind, or with the `code` of what failed, or neither, when it
   *   cannot be reached
   */
  static async bind(
    settings: SmppSettings,
    { password }: SmppSecret,
    vouched: readonly string[],
    take: (fields: DeliverFields) => Promise<void>,
  ): Promise<SmppSession> {
    const { host, port, secure, ca, systemId, systemType, timeoutSeconds } = settings;
    const tls = secure === 'tls';
    const lookup = lookupFor(hostTarget(host, port), vouched);
    const session = connect({
      host,
      port,
      tls,
      servername: host,
      ...(ca === undefined ? {} : { ca }),
      ...(lookup && { lookup }),
    });
    const own = new SmppSession(session, timeoutSeconds * 1000, settings.textIdTag, take);
    await own.connected(tls ? 'secureConnect' : 'connect');
    const credentials = { system_id: systemId, password, system_type: systemType, interface_version: 0x34 };
    const bound = await own.ask((answered) => session.bind_transceiver(credentials, answered));
    if (bound.kind === 'answered' && bound.status === 0) {
      own.keepAlive(settings.enquireLinkSeconds * 1000);
      return own;
    }
    session.destroy();
    throw Object.assign(new Error('the center did not bind'), {
      status: bound.kind === 'answered' ? bound.status : null,
    });
  }

  get isOpen(): boolean {
    return !this.isClosed;
  }

  onClose(callback: () => void): void {
    if (this.isClosed) callback();
    else this.whenClosed.push(callback);
  }

  submit(parameters: object): Promise<SmppEnd> {
    return this.ask((answered) => this.session.submit_sm(parameters, answered));
  }

  async unbind(): Promise<void> {
    if (this.isClosed) return;
    await this.ask((answered) => this.session.unbind(answered));
    this.session.destroy();
  }

  private connected(event: 'connect' | 'secureConnect'): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.session.destroy(), this.answerMs);
      this.onClose(() => reject(this.fault ?? new Error('the center cannot be reached')));
      this.session.on(event, () => {
        clearTimeout(timer);
        resolve();
      });
      this.session.on('close', () => clearTimeout(timer));
    });
  }

  /** An answer that does not come ends the connection: what is said on it from then on could be said too late. */
  private ask(operation: (answered: (pdu: ReceivedPdu) => void) => boolean): Promise<SmppEnd> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.session.destroy(), this.answerMs);
      const end = (how: SmppEnd): void => {
        clearTimeout(timer);
        this.waiting.delete(end);
        resolve(how);
      };
      this.waiting.add(end);
      const answered = ({ command_status, message_id }: ReceivedPdu): void =>
        end({ kind: 'answered', status: command_status, messageId: message_id ?? null });
      if (this.isClosed || !isWritten(() => operation(answered))) end({ kind: 'lost', written: false });
    });
  }

  private keepAlive(everyMs: number): void {
    this.beat = setInterval(() => {
      void this.ask((answered) => this.session.enquire_link(answered));
    }, everyMs);
    this.beat.unref();
  }

  private closed(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    clearInterval(this.beat);
    for (const end of [...this.waiting]) end({ kind: 'lost', written: true });
    for (const callback of this.whenClosed.splice(0)) callback();
  }
}

/** A unit that cannot be put into bytes was not written either. */
function isWritten(write: () => boolean): boolean {
  try {
    return write();
  } catch {
    return false;
  }
}

/** Longer than any center's names are. */
const LONGEST_NAME = 200;

/** What the center calls a text, in the parameter that its operator has told; null where it has no name there. */
function textIdIn(pdu: ReceivedPdu, tag: number | undefined): string | null {
  if (tag === undefined) return null;
  const value = tag === RECEIPTED_MESSAGE_ID ? pdu.receipted_message_id : pdu[tag];
  const name = value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
  return typeof name === 'string' && name !== '' && name.length <= LONGEST_NAME ? name : null;
}

function fieldsOf(pdu: ReceivedPdu, textIdTag: number | undefined): DeliverFields {
  const text = wordsOf(pdu.short_message?.message) || wordsOf(pdu.message_payload?.message);
  const { sar_msg_ref_num: reference, sar_total_segments: total, sar_segment_seqnum: number } = pdu;
  const isSegment = reference !== undefined && total !== undefined && number !== undefined;
  return {
    esmClass: pdu.esm_class ?? 0,
    sourceTon: pdu.source_addr_ton ?? 0,
    source: pdu.source_addr ?? '',
    destination: pdu.destination_addr ?? '',
    text,
    header: pdu.short_message?.udh ?? pdu.message_payload?.udh ?? [],
    segment: isSegment ? [reference, total, number] : null,
    receiptedId: pdu.receipted_message_id ?? null,
    messageState: pdu.message_state ?? null,
    textId: textIdIn(pdu, textIdTag),
  };
}
