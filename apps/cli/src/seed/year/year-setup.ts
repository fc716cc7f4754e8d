import { BrandService, type Change, NoticeService, PurposeService, TopicService } from '#lib/consent';
import type { BrandId, EpochMs } from '#lib/kernel';
import type { LedgerService } from '#lib/ledger';
import type { Database, KeyRing } from '#lib/platform';
import {
  CampaignService,
  type PolicyBody,
  PolicyService,
  ProviderService,
  type TemplateContent,
  TemplateService,
} from '#lib/sending';
import { imprint, page } from '../demo-templates.js';
import type { Campaign } from './domain/mailings.js';

const BRAND = {
  name: 'Hafenwerk Software',
  legalName: 'Hafenwerk Software GmbH (Beispiel)',
  postalAddress: 'Beispielkai 21, 20457 Hamburg, Deutschland',
  defaultLanguage: 'de',
  defaultZone: 'Europe/Berlin',
  country: 'DE',
  senderName: 'Hafenwerk Software',
  senderEmail: 'post@hafenwerk.example',
  storageLocations: ['DE'],
};

/** What people are shown when they say yes. */
export const NOTICE = 'newsletter-form';

const TOPICS = {
  newsletter: { de: 'Rundbrief', en: 'Newsletter' },
  'product-news': { de: 'Neues zu Produkten', en: 'Product news' },
  events: { de: 'Messen und Webinare', en: 'Fairs and webinars' },
};

const SUBJECTS: Readonly<Record<string, readonly [string, string]>> = {
  newsletter: ['Rundbrief: {{headline}}', 'Newsletter: {{headline}}'],
  'product-letter': ['{{headline}}', '{{headline}}'],
  invitation: ['Einladung: {{headline}}', 'You are invited: {{headline}}'],
};

/** Two limits that one meets in a year of mailings, and a night. */
const POLICY: PolicyBody = {
  caps: [
    {
      id: 'two-a-week',
      scope: 'channel',
      limit: 2,
      window: 'P7D',
      action: 'drop',
      classes: { bound: ['commercial'], counted: ['commercial'] },
      channels: ['email'],
    },
  ],
  quietHours: [
    {
      id: 'night',
      channels: ['email'],
      classes: ['commercial'],
      windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '20:00', end: '08:00' }],
      action: 'defer',
    },
  ],
  rates: [],
  jurisdiction: { packs: 'contact' },
};

/**
 * Makes the brand with all that its year needs, through the services that the api calls. Nothing of it ever leaves.
 * @param begins when what people agree to was published
 */
export async function setUpBrand(
  { database, ledger, keys }: { readonly database: Database; readonly ledger: LedgerService; readonly keys: KeyRing },
  key: string,
  campaigns: readonly Campaign[],
  change: Change,
  begins: EpochMs,
): Promise<BrandId> {
  const { value: brand } = await new BrandService(database, ledger).put(key, BRAND, change, null);
  const [templates, topics] = [new TemplateService(database, ledger), new TopicService(database, ledger)];
  await new PurposeService(database, ledger).put(
    brand.id,
    'commercial',
    { enforcement: 'restrictive', legalBasis: 'consent', labels: { de: 'Werbung', en: 'Marketing' } },
    change,
  );
  for (const [topic, labels] of Object.entries(TOPICS))
    await topics.put(brand.id, topic, { purpose: 'commercial', labels }, change);
  const wordings = {
    de: 'Ja, Hafenwerk Software darf mir per E-Mail schreiben, worüber ich hier Nachrichten wähle. Abmelden kann ich mich jederzeit.',
    en: 'Yes, Hafenwerk Software may write to me by e-mail about what I choose here. I can leave at any time.',
  };
  // Nobody can have read it before it was published.
  await new NoticeService(database, ledger).publish(brand.id, NOTICE, wordings, { ...change, at: begins });
  await new PolicyService(database, ledger).publish(brand.id, 'default', POLICY, change);
  for (const [template, [de, en]] of Object.entries(SUBJECTS))
    await templates.publish(
      brand.id,
      template,
      { channel: 'email', class: 'commercial', defaultLanguage: 'de', contents: contents(de, en) },
      change,
    );
  const provider = {
    channel: 'email',
    kind: 'null',
    settings: {},
    enabled: true,
    priority: 100,
    atLeastOnce: [],
  } as const;
  await new ProviderService(database, ledger, keys, { PROVIDER_HOSTS: [] }).put(brand.id, 'nowhere', provider, change);
  const service = new CampaignService(database, ledger);
  for (const { key: campaign, name } of campaigns)
    await service.put(brand.id, campaign, { name, policy: 'default' }, change);
  return brand.id;
}

function contents(de: string, en: string): Record<string, TemplateContent> {
  return {
    de: {
      subject: de,
      html: page(
        'de',
        `<h1 style="font-size:1.5rem;line-height:1.25">{{headline}}</h1>\n<p>Guten Tag {{firstName}},</p>\n<p>was andere Betriebe mit unseren Programmen erreicht haben, lesen Sie hier.</p>`,
        `<p>Sie erhalten diese E-Mail, weil Sie „{{topic}}“ abonniert haben.<br>\n<a href="{{unsubscribeUrl}}">„{{topic}}“ abbestellen</a></p>`,
      ),
      text: `{{headline}}\n\nGuten Tag {{firstName}},\n\nwas andere Betriebe mit unseren Programmen erreicht haben, lesen Sie hier.\n\n--\n„{{topic}}“ abbestellen: {{unsubscribeUrl}}\n\n${imprint}`,
    },
    en: {
      subject: en,
      html: page(
        'en',
        `<h1 style="font-size:1.5rem;line-height:1.25">{{headline}}</h1>\n<p>Hello {{firstName}},</p>\n<p>read here what other companies have achieved with our software.</p>`,
        `<p>You receive this e-mail because you subscribed to “{{topic}}”.<br>\n<a href="{{unsubscribeUrl}}">Leave “{{topic}}”</a></p>`,
      ),
      text: `{{headline}}\n\nHello {{firstName}},\n\nread here what other companies have achieved with our software.\n\n--\nLeave “{{topic}}”: {{unsubscribeUrl}}\n\n${imprint}`,
    },
  };
}
