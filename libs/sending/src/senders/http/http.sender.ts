import type { Clock, EpochMs } from '#lib/kernel';
import type { ChannelSender, HandOver, SenderCapabilities, SendResult } from '../channel-sender.js';
import { UnderWay } from '../under-way.js';
import type { HttpAnswer, HttpClient, HttpEnd, HttpRequest } from './http-client.js';
import { unansweredOutcome } from './http-outcome.js';

/** What a provider's interface asks for and what its answers mean. Pure. */
export interface HttpProvider {
  /** Begins the codes of its results: `twilio`. */
  readonly name: string;
  /** The request for one message, or why there can be none. */
  request(handOver: HandOver, now: EpochMs): HttpRequest | Extract<SendResult, { readonly kind: 'rejected' }>;
  outcome(answer: HttpAnswer, now: EpochMs, handOver: HandOver): SendResult;
}

/** Whoever says who is asking did not; perhaps it said when to come again. */
export class NotAuthorized extends Error {
  override readonly name = 'NotAuthorized';

  constructor(readonly retryAfterMs: number | null) {
    super('no token was granted');
  }
}

type Credentials = Readonly<Record<string, string>>;

/** Who is asking. */
export interface Authority {
  /** Headers for a request that say so. @throws NotAuthorized */
  credentials(): Promise<Credentials>;
  /** These were not believed: whoever asks next gets others. */
  refused(credentials: Credentials): void;
}

const NOBODY: Authority = { credentials: () => Promise.resolve({}), refused: () => undefined };

/** One message in one HTTP request. */
export class HttpSender implements ChannelSender {
  private readonly underWay: UnderWay;

  constructor(
    readonly capabilities: SenderCapabilities,
    private readonly provider: HttpProvider,
    private readonly client: HttpClient,
    protected readonly clock: Clock,
    private readonly authority: Authority = NOBODY,
  ) {
    this.underWay = new UnderWay(() => client.close());
  }

  send(handOver: HandOver): Promise<SendResult> {
    return this.underWay.begin(() => this.handOver(handOver));
  }

  close(): Promise<void> {
    return this.underWay.close();
  }

  /**
   * Asks the account something beside a hand-over.
   * @throws NotAuthorized
   */
  protected ask(request: HttpRequest): Promise<HttpEnd> {
    const ask = async (): Promise<HttpEnd> => {
      const credentials = await this.authority.credentials();
      const end = await this.client.call({ ...request, headers: { ...request.headers, ...credentials } }, () => true);
      if (end.kind === 'answered' && end.status === 401) this.authority.refused(credentials);
      return end;
    };
    return this.underWay.unlessClosed(ask, { kind: 'not_reached', code: 'sender_closed' });
  }

  private async handOver(handOver: HandOver): Promise<SendResult> {
    const { name } = this.provider;
    const request = this.requestFor(handOver);
    if ('kind' in request) return request;
    let credentials: Credentials;
    try {
      credentials = await this.authority.credentials();
    } catch (error) {
      const retryAfterMs = error instanceof NotAuthorized ? error.retryAfterMs : null;
      return { kind: 'transient', code: `${name}_not_authorized`, retryAfterMs };
    }
    const authorized = { ...request, headers: { ...request.headers, ...credentials } };
    const end = await this.client.call(authorized, () => this.clock.monotonic() <= handOver.startBy);
    if (end.kind !== 'answered') return unansweredOutcome(name, end, this.capabilities.answeredBy);
    if (end.status === 401) this.authority.refused(credentials);
    try {
      return this.provider.outcome(end, this.clock.now(), handOver);
    } catch {
      return { kind: 'ambiguous', code: `${name}_unreadable_answer` };
    }
  }

  /** What cannot be made into a request fits no better the next time. */
  private requestFor(handOver: HandOver): ReturnType<HttpProvider['request']> {
    try {
      return this.provider.request(handOver, this.clock.now());
    } catch {
      return { kind: 'rejected', code: `${this.provider.name}_not_composed`, hardBounce: false };
    }
  }
}
