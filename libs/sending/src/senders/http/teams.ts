import { z } from 'zod';
import type { Clock } from '#lib/kernel';
import type { ChannelSender, HandOver } from '../channel-sender.js';
import { markdownText } from '../../templates/domain/card-text.js';
import { chooseTag } from '../../templates/domain/template-content.js';
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
/** What Teams takes. */
const MOST_BYTES = 28 * 1024;

/**
 * The address is the workflow's URL. That it accepted says that a flow was begun, never that anybody saw the card: what
 * becomes of the flow is not told.
 */
export function teamsSender(settings: TeamsSettings, clock: Clock): ChannelSender {
  const client = httpClient(settings, { except: settings.alsoHosts });
  const provider: HttpProvider = {
    name: 'teams',
    request(handOver) {
      const url = workflowUrl(handOver.to, settings.alsoHosts);
      if (url === null) return { kind: 'rejected', code: 'invalid_address.no_workflow', hardBounce: false };
      const body = JSON.stringify(cardMessage(handOver));
      if (Buffer.byteLength(body) > MOST_BYTES) return { kind: 'rejected', code: 'teams_too_large', hardBounce: false };
      return { method: 'POST', url, headers: { 'content-type': 'application/json' }, body };
    },
    outcome: (answer, now) =>
      answer.status === 404 || answer.status === 410
        ? { kind: 'rejected', code: `teams_http_${answer.status}`, hardBounce: true }
        : statusOutcome('teams', answer, now),
  };
  return new HttpSender(httpCapabilities('teams', settings, { answeredBy: 'address' }), provider, client, clock);
}

function workflowUrl(address: string, alsoHosts: readonly string[]): URL | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (alsoHosts.includes(url.host)) return url;
  return url.protocol === 'https:' && url.port === '' && HOSTS.some((host) => host.test(url.hostname)) ? url : null;
}

/** The way out of a card that the template does not make itself. */
const LEAVE: Readonly<Record<string, string>> = {
  en: 'Unsubscribe',
  de: 'Abmelden',
  fr: 'Se désabonner',
  es: 'Darse de baja',
  pt: 'Cancelar subscrição',
  it: 'Annulla iscrizione',
  nl: 'Afmelden',
  pl: 'Wypisz się',
  tr: 'Abonelikten çık',
  ar: 'إلغاء الاشتراك',
  he: 'הסרה מרשימת התפוצה',
};

/** The card of the template's `data`, or one of a title, the text and the way out. */
function cardMessage({ content, unsubscribeUrl }: HandOver): object {
  const card = content.data ?? {
    type: 'AdaptiveCard',
    version: '1.4',
    lang: content.language,
    body: [
      ...(content.subject === ''
        ? []
        : [{ type: 'TextBlock', size: 'Medium', weight: 'Bolder', wrap: true, text: markdownText(content.subject) }]),
      { type: 'TextBlock', wrap: true, text: markdownText(content.text.trimEnd()) },
    ],
    ...(unsubscribeUrl === null
      ? {}
      : {
          actions: [
            {
              type: 'Action.OpenUrl',
              title: LEAVE[chooseTag(Object.keys(LEAVE), content.language) ?? 'en'],
              url: unsubscribeUrl,
            },
          ],
        }),
  };
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: card }] };
}
