import { directionOf } from '../exports/domain/texts.js';
import type { TemplateFacts } from '../templates/template.service.js';
import { ERASURE_WORDS, type ErasureWords } from './erasure-words.js';

/** What somebody is told about the erasure of their data. */
export type ErasureMail = 'received' | 'refused' | 'done';

/** A paragraph, in words of ours or of whoever answers; `when` there is such a value. */
type Part = { readonly text: string; readonly quoted?: boolean; readonly when?: string };

function partsOf(mail: ErasureMail, { received, refused, done, appeal }: ErasureWords): readonly Part[] {
  switch (mail) {
    case 'received':
      return [{ text: received.asked }, { text: received.answer }, { text: received.notYou }];
    case 'refused':
      return [
        { text: refused.reason },
        { text: '{{explanation}}', quoted: true },
        { text: refused.stays },
        { text: appeal },
      ];
    case 'done':
      return [
        { text: done.done },
        { text: done.kept, when: 'until' },
        { text: appeal, when: 'until' },
        { text: done.last },
      ];
  }
}

/** The mail in every language, for brands that write none of their own: text, and HTML without images or links. */
export function erasureTemplate(mail: ErasureMail, defaultLanguage: string): TemplateFacts {
  const contents = Object.entries(ERASURE_WORDS).map(([language, words]) => {
    const parts = [...partsOf(mail, words), { text: '{{brand.legalName}}, {{brand.postalAddress}}' }];
    const body = parts.map((part) => onlyWhen(part, htmlOf(part))).join('');
    const html = `<!doctype html><html lang="${language}" dir="${directionOf(language)}"><body>${body}</body></html>`;
    const text = parts.map((part) => onlyWhen(part, `${part.text}\n\n`)).join('');
    return [language, { subject: words[mail].subject, html, text: `${text.trimEnd()}\n` }] as const;
  });
  return {
    channel: 'email',
    class: 'transactional',
    defaultLanguage: mailLanguage(defaultLanguage),
    contents: Object.fromEntries(contents),
  };
}

/** The language of these mails that comes nearest to a tag. */
export function mailLanguage(tag: string): keyof typeof ERASURE_WORDS {
  const spoken = Object.keys(ERASURE_WORDS) as (keyof typeof ERASURE_WORDS)[];
  const language = (tag.split('-')[0] ?? '').toLowerCase();
  return spoken.find((one) => one === language) ?? 'en';
}

/** What somebody wrote may be in another language, and run the other way. */
function htmlOf({ text, quoted }: Part): string {
  return quoted === true
    ? `<blockquote lang="{{explanationLanguage}}" dir="auto">${text}</blockquote>`
    : `<p>${text}</p>`;
}

function onlyWhen({ when }: Part, text: string): string {
  return when === undefined ? text : `{{#if ${when}}}${text}{{/if}}`;
}
