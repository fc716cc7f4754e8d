import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, EpochMs } from '#lib/kernel';
import type { ChannelSender, HandOver, SenderCapabilities, SendResult } from '../channel-sender.js';
import { secondsLeft, validityPeriod } from '../domain/life-left.js';
import { isPhoneNumber, NO_NUMBER } from '../domain/phone-number.js';
import { answeredIds, type DeliverFields, readDelivery } from '../domain/smpp-delivery.js';
import { ALREADY_BOUND, isThrottle, bindBreakMs, THROTTLED_MS, smppOutcome } from '../domain/smpp-outcome.js';
import { smsText } from '../domain/sms-text.js';
import type { Returned } from '../../returned/returned.js';
import { providerRef } from '../http/http-outcome.js';
import { NOT_PUBLIC } from '../reach.js';
import { UnderWay } from '../under-way.js';
import { type SmppEnd, SmppSession } from './smpp-session.js';
import type { SmppSecret, SmppSettings } from './smpp-settings.js';

/** Type of number and numbering plan (SMPP 3.4, 5.2.5 and 5.2.6). */
const INTERNATIONAL = { ton: 1, npi: 1 };
const SHORT_CODE = { ton: 3, npi: 0 };
const NAME = { ton: 5, npi: 0 };

/** States that are final (SMPP 3.4, 5.2.28); `DELETED` and `UNKNOWN` say nothing of the message. */
const ENDS = new Set(['DELIVRD', 'EXPIRED', 'UNDELIV', 'REJECTD']);

/** After a connection was lost it is looked for another for so long. */
const RECONNECT_MS = 1_000;

/** SMS over a bound connection to a center. A long text goes in parts that the phone puts together. */
export class SmppSender implements ChannelSender {
  readonly capabilities: SenderCapabilities;
  private readonly underWay = new UnderWay(() => this.leave());
  private session: Promise<SmppSession> | null = null;
  /** Over once whom this one follows has left: a center may allow one connection for an account. */
  private isFree: Promise<unknown> = Promise.resolve();
  private reference = 0;
  private failedBinds = 0;
  private isRefusedAsBound = false;
  /** Ends when the center, which said that it is asked too fast, was left alone for long enough. */
  private quiet: Promise<void> | null = null;
  private take: ((returned: readonly Returned[]) => Promise<void>) | null = null;

  constructor(
    private readonly settings: SmppSettings,
    private readonly secret: SmppSecret,
    private readonly clock: Clock,
    private readonly vouched: readonly string[],
  ) {
    const { window, timeoutSeconds } = settings;
    // Connecting, binding and one answer each for as many parts as a long text has.
    this.capabilities = {
      channel: 'sms',
      keyWindowMs: null,
      maxCallMs: 6 * timeoutSeconds * 1000,
      concurrency: window,
      answeredBy: 'account',
    };
  }

  send(handOver: HandOver): Promise<SendResult> {
    return this.underWay.begin(() => this.handOver(handOver));
  }

  listen(take: (returned: readonly Returned[]) => Promise<void>): void {
    this.take = take;
    this.stayBound();
  }

  follow(before: Promise<void>): void {
    this.isFree = before.catch(() => undefined);
  }

  isElsewhere(): boolean {
    return this.isRefusedAsBound;
  }

  close(): Promise<void> {
    this.take = null;
    return this.underWay.close();
  }

  /** Binds, and again whenever the connection was lost, for as long as somebody listens. */
  private stayBound(): void {
    if (this.take === null) return;
    const again = (): void => void setTimeout(() => this.stayBound(), RECONNECT_MS).unref();
    this.bound().then((session) => session.onClose(again), again);
  }

  private async deliver(fields: DeliverFields): Promise<void> {
    const delivery = readDelivery(fields);
    if (delivery === null) return;
    if (this.take === null) throw new Error('nobody takes it here');
    if (delivery.kind === 'text') return this.take([delivery]);
    const { ref, state, afterMs } = delivery;
    const type = state === 'DELIVRD' ? 'delivered' : 'bounced';
    // What a network could not deliver says nothing for good about the number: phones are off, and full.
    const bounce = type === 'bounced' ? ({ kind: 'soft', status: null } as const) : null;
    if (!ENDS.has(state)) return;
    const [first, ...others] = answeredIds(ref, this.settings.receiptIds ?? null);
    if (first === undefined) return;
    const message = { ref: first, ...(others.length > 0 && { others }) };
    const after = afterMs === null ? {} : { afterMs };
    const id = `smpp ${ref} ${state}`;
    return this.take([{ kind: 'event', id, said: `smpp ${state}`, type, message, at: null, bounce, ...after }]);
  }

  private async handOver({ to, content, keepUntil, startBy }: HandOver): Promise<SendResult> {
    if (!isPhoneNumber(to)) return NO_NUMBER;
    const text = smsText(content.text.trimEnd());
    if (text === null) return { kind: 'rejected', code: 'smpp_text_too_long', hardBounce: false };
    let session: SmppSession;
    try {
      session = await this.bound();
    } catch (error) {
      const { status, code: fault } = error as { status?: number | null; code?: string };
      if (status === ALREADY_BOUND) return { kind: 'not_begun' };
      const why = fault === NOT_PUBLIC ? NOT_PUBLIC : 'not_reached';
      const code = `smpp_${typeof status === 'number' ? `bind_${status.toString(16).padStart(8, '0')}` : why}`;
      return { kind: 'transient', code, retryAfterMs: null };
    }
    const mayBegin = await this.untilAsked(startBy);
    return mayBegin ? this.submit(session, to, text, keepUntil) : { kind: 'not_begun' };
  }

  private async submit(
    session: SmppSession,
    to: string,
    { encoding, parts }: NonNullable<ReturnType<typeof smsText>>,
    keepUntil: EpochMs,
  ) {
    const validity_period = validityPeriod(secondsLeft(keepUntil, this.clock.now()));
    const reference = (this.reference = (this.reference + 1) % 256);
    const until = this.clock.monotonic() + 3 * this.settings.timeoutSeconds * 1000;
    let first: string | null = null;
    for (const [i, part] of parts.entries()) {
      // TS 23.040, 9.2.3.24.1: concatenated short messages with a reference of one octet.
      const header = Buffer.from([0x05, 0x00, 0x03, reference, parts.length, i + 1]);
      const submission = {
        ...sourceOf(this.settings.from),
        dest_addr_ton: INTERNATIONAL.ton,
        dest_addr_npi: INTERNATIONAL.npi,
        destination_addr: to.slice(1),
        validity_period,
        esm_class: parts.length > 1 ? 0x40 : 0,
        data_coding: encoding === 'gsm7' ? 0 : 8,
        // A receipt of how it ended, asked for the last part: the phone shows the text when it has all of them.
        registered_delivery: i === parts.length - 1 ? 1 : 0,
        short_message: parts.length > 1 ? Buffer.concat([header, part]) : part,
      };
      // Between parts the center may ask for less as well: such a part was not taken, and goes once more.
      let end: SmppEnd | null = null;
      while (end === null || (i > 0 && end.kind === 'answered' && isThrottle(end.status))) {
        if (i > 0 && !(await this.untilAsked(until))) {
          const throttled = end?.kind === 'answered' ? smppOutcome(end.status, i) : null;
          return throttled ?? ({ kind: 'ambiguous', code: 'smpp_took_too_long' } as const);
        }
        end = await session.submit(submission);
        if (end.kind === 'answered' && isThrottle(end.status)) this.leaveAlone();
      }
      if (end.kind === 'lost') {
        if (i > 0 || end.written) return { kind: 'ambiguous', code: 'smpp_lost' } as const;
        return { kind: 'transient', code: 'smpp_not_written', retryAfterMs: null } as const;
      }
      if (end.status !== 0) return smppOutcome(end.status, i);
      first ??= end.messageId;
      if (i === parts.length - 1)
        return { kind: 'accepted', providerRef: providerRef(end.messageId), parts: parts.length } as const;
    }
    return { kind: 'accepted', providerRef: providerRef(first), parts: parts.length } as const;
  }

  /** Leaves the center alone for as long as it asks to be. False when it is too late to begin by then. */
  private async untilAsked(startBy: number): Promise<boolean> {
    while (this.quiet !== null && this.clock.monotonic() <= startBy) await this.quiet;
    return this.clock.monotonic() <= startBy;
  }

  private leaveAlone(): void {
    this.quiet ??= sleep(THROTTLED_MS).then(() => void (this.quiet = null));
  }

  /** One connection for all; who comes while it is made waits for it. */
  private bound(): Promise<SmppSession> {
    if (this.session !== null) return this.session;
    const bind = () => SmppSession.bind(this.settings, this.secret, this.vouched, (fields) => this.deliver(fields));
    const session = this.isFree.then(bind);
    this.session = session;
    const forget = (): void => {
      if (this.session === session) this.session = null;
    };
    session.then(
      (own) => {
        this.failedBinds = 0;
        this.isRefusedAsBound = false;
        own.onClose(forget);
      },
      ({ status }: { status?: number | null }) => {
        this.isRefusedAsBound = status === ALREADY_BOUND;
        setTimeout(forget, bindBreakMs(++this.failedBinds)).unref();
      },
    );
    return session;
  }

  private async leave(): Promise<void> {
    const session = await this.session?.catch(() => null);
    await session?.unbind();
  }
}

function sourceOf(from: string): object {
  const { ton, npi } = from.startsWith('+') ? INTERNATIONAL : /^\d+$/.test(from) ? SHORT_CODE : NAME;
  return { source_addr_ton: ton, source_addr_npi: npi, source_addr: from.replace(/^\+/, '') };
}
