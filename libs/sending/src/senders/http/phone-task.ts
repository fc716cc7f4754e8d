import { z } from 'zod';
import type { Clock } from '#lib/kernel';
import { toIso } from '#lib/platform';
import type { ChannelSender } from '../channel-sender.js';
import { isPhoneNumber, NO_NUMBER } from '../domain/phone-number.js';
import { statusOutcome } from './http-outcome.js';
import { type HttpProvider, HttpSender } from './http.sender.js';
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
  const provider: HttpProvider = {
    name: 'phone',
    request({ messageId, to, content, keepUntil }) {
      if (!isPhoneNumber(to)) return NO_NUMBER;
      const { subject, text, data } = content;
      const more = typeof data === 'object' && data !== null && !Array.isArray(data) ? data : {};
      return {
        method: 'PATCH',
        url: new URL(`${baseUrl.replace(/\/$/, '')}/phonecalls(${messageId})`),
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
  return new HttpSender(capabilities, provider, client, clock, authority);
}
