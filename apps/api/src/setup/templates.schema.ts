import { z } from 'zod';
import { MESSAGE_CLASSES } from '#lib/kernel';
import { toIso } from '#lib/platform';
import type { PublishedTemplate } from '#lib/sending';
import { pageOf } from '../http/page.schema.js';
import { ChannelName, Instant, Language, line, MixedKey } from '../http/scalars.schema.js';
import { Hash, Version } from './setup.schema.js';

const source = (max: number) => z.string().max(max);

const Content = z
  .strictObject({
    subject: source(2_000).default('').meta({ description: 'One line of text. Needed on the channel email.' }),
    preheader: source(2_000).optional().meta({
      description: 'What a list of mails shows behind the subject; hidden in the HTML, and without it left out.',
    }),
    html: source(262_144).nullable().default(null).meta({
      description:
        'Values are escaped, and stand in text or in quoted attributes; one that begins a link must be an http, https, mailto or tel link. Null: plain text alone.',
    }),
    text: source(262_144).min(1),
    data: z.record(z.string(), z.json()).optional().meta({
      description:
        'What a channel takes beside texts, on push, whatsapp, teams, phone and webhook alone: an Adaptive Card for teams; {template, language, body, header, buttons} of an approved template for whatsapp; what the service worker is given for push; further fields of the call for phone; `data` of the event for webhook. Every text in it is Handlebars, and values are not escaped.',
    }),
  })
  .meta({
    id: 'TemplateContent',
    description:
      'Handlebars with the helpers if, unless, each, with and is (`{{#is contact.language "de"}}`). Every variable that is shown must be sent, null where there is nothing to say; one that is only asked about may be missing. Shared blocks are included by version, as `{{> footer@3}}` (POST /v1/blocks). A commercial e-mail shows `{{unsubscribeUrl}}` in its text and links to it in its HTML, whichever way its conditions go. It can show `{{preferencesUrl}}`, the page where more can be chosen than to leave; in a transactional one that is a link to all settings of the contact and works for a day.',
  });

const facts = {
  key: MixedKey,
  channel: ChannelName,
  class: z.enum(MESSAGE_CLASSES).meta({
    id: 'MessageClass',
    description:
      'A commercial message carries the way out and is bound by what laws ask of advertising, a consent among it. What the brand asks for is said by the purpose it is sent under: a purpose that is `disabled` asks for no consent, and where no law does either the message leaves without one; POST /v1/decisions warns of that.',
  }),
  defaultLanguage: Language.meta({ description: 'For whoever reads none of the languages of `contents`.' }),
  contents: z.record(Language, Content),
  sender: z
    .strictObject({ name: line(200), email: z.email().max(254) })
    .optional()
    .meta({
      description:
        'Name and address in the From line, on the channel email alone; left out: those of the brand. Which account a mail leaves by follows from the domain (`sendingDomains` of a provider).',
    }),
};

export const TemplateRequest = z.strictObject(facts).meta({ id: 'TemplateRequest' });
export type TemplateRequest = z.infer<typeof TemplateRequest>;

export const TemplateAnswer = z
  .strictObject({
    ...facts,
    version: Version,
    expanded: z.record(Language, Content).optional().meta({
      description:
        'What messages are made of: the contents with the shared blocks that they include in place; left out where they include none.',
    }),
    hash: Hash.meta({
      description:
        'SHA-256 of the canonical JSON (RFC 8785) of {key, version, channel, class, defaultLanguage, contents}, with sender where the template names one and expanded where it is there, hexadecimal.',
    }),
    createdAt: Instant,
  })
  .meta({ id: 'Template', description: 'One version of what messages say.' });
export const TemplatePage = pageOf('TemplatePage', TemplateAnswer);

export function toTemplateAnswer({
  createdAt,
  contents,
  expanded,
  ...template
}: PublishedTemplate): z.infer<typeof TemplateAnswer> {
  const parsed = z.record(Language, Content);
  return {
    ...template,
    contents: parsed.parse(contents),
    ...(expanded !== undefined && { expanded: parsed.parse(expanded) }),
    createdAt: toIso(createdAt),
  };
}
