import type { RunningApi } from './running-api.js';
import { NO_LAW } from '../../../../test/support/no-law.js';

/** Everything that a first message needs: `{ to: 'ada', template: 'news', topic: 'newsletter' }` passes. */
export async function setUpSending(api: RunningApi, key: string): Promise<void> {
  const ok = async (method: string, url: string, body: unknown): Promise<void> => {
    const answer = await api.send(method, url, { key, body });
    if (answer.status >= 300) throw new Error(`${method} ${url}: ${answer.status} ${answer.text}`);
  };
  await ok('PUT', '/v1/purposes/commercial', {
    enforcement: 'restrictive',
    legalBasis: 'consent',
    labels: { de: 'Werbung', en: 'Marketing' },
  });
  await ok('PUT', '/v1/topics/newsletter', {
    purpose: 'commercial',
    labels: { de: 'Neuigkeiten', en: 'Newsletter' },
  });
  await ok('POST', '/v1/policies', { key: 'default', caps: [], quietHours: [], rates: [], jurisdiction: NO_LAW });
  await ok('POST', '/v1/templates', {
    key: 'news',
    channel: 'email',
    class: 'commercial',
    defaultLanguage: 'en',
    contents: {
      en: {
        subject: 'News',
        html: '<p>{{brand.name}} <a href="{{unsubscribeUrl}}">Leave</a></p>',
        text: '{{brand.name}} {{unsubscribeUrl}}',
      },
    },
  });
  await ok('PUT', '/v1/providers/none', { channel: 'email', kind: 'null', settings: {}, enabled: true });
  await ok('PUT', '/v1/contacts/ada', { contactPoints: [{ channel: 'email', address: 'ada@people.example' }] });
  await ok('POST', '/v1/contacts/ada/consents', {
    channel: 'email',
    purpose: 'commercial',
    topics: ['newsletter'],
    kind: 'granted',
    wording: 'Yes, please.',
    legalBasis: 'consent',
    method: 'web_form',
  });
}
