import { z } from 'zod';
import type { Clock } from '#lib/kernel';
import type { ChannelSender } from '../channel-sender.js';
import { alsoVouched, isVouched, urlTarget } from '../domain/vouched-hosts.js';
import { cardMessage, MOST_CARD_BYTES } from '../domain/teams-card.js';
import { statusOutcome } from './http-outcome.js';
import { type HttpProvider, HttpSender } from './http.sender.js';
import { httpCapabilities, httpClient, httpSettings } from './http-settings.js';

/** Workflows of Microsoft Teams that begin with "when a Teams webhook request is received". */
export const TeamsSettings = z.strictObject({
  /** `host` or `host:port` of workflows elsewhere than at Microsoft, which the operator answers for. */
  alsoHosts: z.array(z.string().min(1).max(255)).max(20).default([]),
  ...httpSettings,
});
export type TeamsSettings = z.infer<typeof TeamsSettings>;

/** Where Microsoft runs workflows. */
const HOSTS = [/\.logic\.azure\.(com|us|cn)$/, /\.environment\.api\.powerplatform\.com$/];

/**
 * The address is the workflow's URL. That it accepted says that a flow was begun, never that anybody saw the card: what
 * becomes of the flow is not told.
 */
export function teamsSender(settings: TeamsSettings, clock: Clock, vouched: readonly string[]): ChannelSender {
  const inside = alsoVouched(settings.alsoHosts, vouched);
  const client = httpClient(settings, { vouched: inside, byStrangers: true });
  const provider: HttpProvider = {
    name: 'teams',
    request(handOver) {
      const url = workflowUrl(handOver.to, inside);
      if (url === null) return { kind: 'rejected', code: 'invalid_address.no_workflow', hardBounce: false };
      const body = JSON.stringify(cardMessage(handOver.content, handOver.unsubscribeUrl));
      if (Buffer.byteLength(body) > MOST_CARD_BYTES)
        return { kind: 'rejected', code: 'teams_too_large', hardBounce: false };
      return { method: 'POST', url, headers: { 'content-type': 'application/json' }, body };
    },
    outcome: (answer, now) =>
      answer.status === 404 || answer.status === 410
        ? { kind: 'rejected', code: `teams_http_${answer.status}`, hardBounce: true }
        : statusOutcome('teams', answer, now),
  };
  return new HttpSender(httpCapabilities('teams', settings, { answeredBy: 'address' }), provider, client, clock);
}

function workflowUrl(address: string, inside: readonly string[]): URL | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (isVouched(urlTarget(url), inside)) return url;
  return url.protocol === 'https:' && url.port === '' && HOSTS.some((host) => host.test(url.hostname)) ? url : null;
}
