import { createHash } from 'node:crypto';
import { DEMO_TEMPLATES } from './demo-templates.js';

/** A fictional roaster; every name and address of the demo is reserved for examples (RFC 2606). */
export const DEMO_BRAND = {
  key: 'nordlicht',
  facts: {
    name: 'Nordlicht Kaffee',
    legalName: 'Nordlicht Kaffeerösterei GmbH (Beispiel)',
    postalAddress: 'Beispielkai 7, 20457 Hamburg, Deutschland',
    defaultLanguage: 'de',
    defaultZone: 'Europe/Berlin',
    country: 'DE',
    senderName: 'Nordlicht Kaffee',
    senderEmail: 'post@nordlicht.example',
    storageLocations: ['DE'],
    page: {
      accent: { light: '#0b5f62', dark: '#7fd3d0' },
      privacyUrl: 'https://www.nordlicht.example/datenschutz',
      contactUrl: 'mailto:post@nordlicht.example',
      link: { template: 'preference-link', purpose: 'transactional' },
    },
  },
} as const;

interface Item {
  readonly key: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Replaced as a whole by PUT, so only sent when something differs. */
export interface DemoSetup {
  readonly purposes: readonly Item[];
  readonly topics: readonly Item[];
  readonly campaigns: readonly Item[];
  readonly providers: readonly Item[];
  /** How addresses are confirmed, by channel. */
  readonly doubleOptIn: readonly Item[];
  /** Published by POST; what equals the latest version makes no new one. */
  readonly notices: readonly Readonly<Record<string, unknown>>[];
  readonly policies: readonly Readonly<Record<string, unknown>>[];
  readonly templates: readonly Readonly<Record<string, unknown>>[];
}

/** What the demo brand consists of, with a mail server on this machine. */
export function demoSetup(smtpPort: number): DemoSetup {
  return {
    purposes: [
      {
        key: 'commercial',
        facts: { enforcement: 'restrictive', legalBasis: 'consent', labels: { de: 'Werbung', en: 'Marketing' } },
      },
      {
        key: 'transactional',
        facts: { enforcement: 'disabled', legalBasis: 'contract', labels: { de: 'Bestellungen', en: 'Orders' } },
      },
      {
        key: 'tracking',
        facts: {
          enforcement: 'restrictive',
          legalBasis: 'consent',
          labels: { de: 'Auswertung von Öffnungen und Klicks', en: 'Measuring opens and clicks' },
        },
      },
    ],
    topics: [
      {
        key: 'newsletter',
        facts: {
          purpose: 'commercial',
          labels: { de: 'Newsletter', en: 'Newsletter' },
          descriptions: {
            de: 'Was wir rösten und warum, etwa einmal in der Woche.',
            en: 'What we roast and why, about once a week.',
          },
        },
      },
      {
        key: 'events',
        facts: {
          purpose: 'commercial',
          labels: { de: 'Veranstaltungen', en: 'Events' },
          descriptions: { de: 'Verkostungen und Messen in Ihrer Nähe.', en: 'Tastings and fairs near you.' },
        },
      },
      { key: 'product-news', facts: { purpose: 'commercial', labels: { de: 'Neue Sorten', en: 'New coffees' } } },
    ],
    notices: [
      {
        key: 'newsletter-form',
        wordings: {
          de: 'Ja, Nordlicht Kaffee darf mir per E-Mail den Newsletter schicken. Abmelden kann ich mich jederzeit, mit dem Link in jeder E-Mail.',
          en: 'Yes, Nordlicht Kaffee may send me the newsletter by e-mail. I can leave at any time, with the link in every e-mail.',
        },
      },
      {
        key: 'tracking-form',
        wordings: {
          de: 'Ja, Nordlicht Kaffee darf auswerten, ob ich E-Mails öffne und welche Links ich anklicke.',
          en: 'Yes, Nordlicht Kaffee may measure whether I open e-mails and which links I follow.',
        },
      },
    ],
    policies: [
      {
        key: 'default',
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
            channels: ['email', 'sms'],
            classes: ['commercial'],
            windows: [{ days: [1, 2, 3, 4, 5, 6, 7], start: '21:00', end: '08:00' }],
            action: 'defer',
          },
        ],
        rates: [
          { id: 'mail-server', scope: 'channel', permits: 100, interval: 'PT1S', burst: 500, channels: ['email'] },
        ],
        jurisdiction: { packs: 'contact' },
      },
    ],
    templates: DEMO_TEMPLATES,
    // Its message and purpose are made by the server. Other ways to say yes stay open, so that the story needs no clicks.
    doubleOptIn: [{ key: 'email', facts: { enabled: true, required: false, validDays: 7, mailsPerDay: 3 } }],
    campaigns: [{ key: 'Winter-2026', facts: { name: 'Winterröstung 2026', policy: 'default' } }],
    providers: [
      {
        key: 'mailbox',
        facts: {
          kind: 'smtp',
          channel: 'email',
          settings: { host: '127.0.0.1', port: smtpPort, secure: 'none' },
          enabled: true,
          priority: 100,
        },
      },
    ],
  };
}

/** Equal for equal set-ups: a start that finds it unchanged has nothing to seed. */
export function setupStamp(smtpPort: number): string {
  return createHash('sha256')
    .update(JSON.stringify([DEMO_BRAND, demoSetup(smtpPort)]))
    .digest('hex');
}
