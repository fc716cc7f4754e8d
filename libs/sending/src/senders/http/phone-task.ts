import { z } from 'zod';
import type { Clock, MessageId } from '#lib/kernel';
import { toIso } from '#lib/platform';
import type { ChannelSender, TakeBackResult } from '../channel-sender.js';
import { isPhoneNumber, NO_NUMBER } from '../domain/phone-number.js';
import type { HttpEnd } from './http-client.js';
import { askedWait, jsonObject, statusOutcome } from './http-outcome.js';
import { type HttpProvider, HttpSender, NotAuthorized } from './http.sender.js';
import { Endpoint, httpCapabilities, httpClient, httpSettings, httpsSecret } from './http-settings.js';
import { clientCredentials } from './oauth.js';

/** A task for a human: a phone call in Microsoft Dataverse (Dynamics 365), or in a system with the same interface. */
export const PhoneTaskSettings = z.strictObject({
  /** `https://contoso.crm4.dynamics.com/api/data/v9.2` */
  baseUrl: Endpoint,
  tokenUrl: Endpoint,
  clientId: z.string().min(1).max(200),
  scope: z.string().min(1).max(500),
  ...httpSettings,
});
export type PhoneTaskSettings = z.infer<typeof PhoneTaskSettings>;
export const PhoneTaskSecret = z.strictObject({ clientSecret: httpsSecret() });
export type PhoneTaskSecret = z.infer<typeof PhoneTaskSecret>;

/** Of `phonecall.subject`: whoever gives it more is refused. */
const SUBJECT_LENGTH = 200;

/**
 * The call is created under the message's own id, and only where there is none of that id: doing it again does nothing,
 * for ever. What came of the call is told as an event.
 */
export function phoneTaskSender(
  settings: PhoneTaskSettings,
  { clientSecret }: PhoneTaskSecret,
  clock: Clock,
  vouched: readonly string[],
): ChannelSender {
  const { baseUrl, tokenUrl, clientId, scope } = settings;
  const client = httpClient(settings, { vouched, byStrangers: false });
  const callAt = (messageId: MessageId): URL => new URL(`${baseUrl.replace(/\/$/, '')}/phonecalls(${messageId})`);
  const provider: HttpProvider = {
    name: 'phone',
    request({ messageId, to, content, keepUntil }) {
      if (!isPhoneNumber(to)) return NO_NUMBER;
      const { subject, text, data } = content;
      const more = typeof data === 'object' && data !== null && !Array.isArray(data) ? data : {};
      return {
        method: 'PATCH',
        url: callAt(messageId),
        headers: { 'content-type': 'application/json', 'if-none-match': '*', 'odata-version': '4.0' },
        body: JSON.stringify({
          ...more,
          subject: (subject || text).slice(0, SUBJECT_LENGTH),
          description: text,
          phonenumber: to,
          directioncode: true,
          // Whoever calls sees from when and until when they may.
          scheduledstart: toIso(clock.now()),
          scheduledend: toIso(keepUntil),
        }),
      };
    },
    outcome(answer, now) {
      // 412: the call is there already, from a try whose answer was lost.
      if (answer.status === 412) return { kind: 'accepted', providerRef: null };
      return statusOutcome('phone', answer, now);
    },
  };
  const authority = clientCredentials({ tokenUrl, clientId, clientSecret, scope }, client, clock);
  const capabilities = httpCapabilities('phone', settings, { keyWindowMs: Number.MAX_SAFE_INTEGER });
  return new PhoneTaskSender(callAt, capabilities, provider, client, clock, authority);
}

/** `phonecall.statecode` and `statuscode` (Dataverse, activity tables). */
const OPEN = 0;
const CANCELED = { statecode: 2, statuscode: 3 };
const ODATA = { 'odata-version': '4.0', accept: 'application/json' };

class PhoneTaskSender extends HttpSender {
  constructor(
    private readonly callAt: (messageId: MessageId) => URL,
    ...sender: ConstructorParameters<typeof HttpSender>
  ) {
    super(...sender);
  }

  /** Cancels the call if it is open, and only as it was seen: what somebody has done meanwhile is not undone. */
  async takeBack(messageId: MessageId): Promise<TakeBackResult> {
    try {
      const url = this.callAt(messageId);
      const looked = await this.ask({
        method: 'GET',
        url: new URL('?$select=statecode', url),
        headers: ODATA,
        body: '',
      });
      if (isGone(looked)) return { kind: 'closed' };
      const call = looked.kind === 'answered' && looked.status === 200 ? jsonObject(looked.body) : null;
      if (call === null) return this.failed(looked);
      if (call['statecode'] !== OPEN) return { kind: 'closed' };
      const etag = call['@odata.etag'];
      const told = await this.ask({
        method: 'PATCH',
        url,
        headers: { ...ODATA, 'content-type': 'application/json', 'if-match': typeof etag === 'string' ? etag : '*' },
        body: JSON.stringify(CANCELED),
      });
      if (isGone(told)) return { kind: 'closed' };
      return told.kind === 'answered' && told.status < 300 ? { kind: 'recalled' } : this.failed(told);
    } catch (error) {
      const retryAfterMs = error instanceof NotAuthorized ? error.retryAfterMs : null;
      return { kind: 'transient', code: 'phone_not_authorized', retryAfterMs };
    }
  }

  private failed(end: HttpEnd): TakeBackResult {
    if (end.kind !== 'answered') return { kind: 'transient', code: `phone_${end.kind}`, retryAfterMs: null };
    return { kind: 'transient', code: `phone_http_${end.status}`, retryAfterMs: askedWait(end, this.clock.now()) };
  }
}

/** Somebody removed it, or it was never there. */
function isGone(end: HttpEnd): boolean {
  return end.kind === 'answered' && (end.status === 404 || end.status === 410);
}
