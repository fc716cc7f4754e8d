import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { PERSON_PAGE_LANGUAGES } from '../exports/domain/texts.js';
import { renderContent } from '../templates/render.js';
import { templateProblems } from '../templates/template.service.js';
import { type ErasureMail, erasureTemplate, mailLanguage } from './erasure-template.js';
import { ERASURE_WORDS } from './erasure-words.js';

const BRAND = { name: 'Acme', legalName: 'Acme GmbH', postalAddress: 'Musterweg 1, Berlin' };
const VALUES: Readonly<Record<ErasureMail, Readonly<Record<string, string | null>>>> = {
  received: { askedAt: '[day]', dueAt: '[due]' },
  refused: { askedAt: '[day]', explanation: 'Because <b> & so', explanationLanguage: 'nl' },
  done: { until: '[until]', law: '[law]' },
};
const MAILS = Object.keys(VALUES) as ErasureMail[];

function rendered(mail: ErasureMail, language: string, values = VALUES[mail]) {
  const template = { id: randomUUID(), ...erasureTemplate(mail, 'de-AT') };
  const result = renderContent(template, language, { ...values, brand: BRAND });
  if (!result.ok) throw new Error(`${result.code} ${result.missing}`);
  return { ...result.content, html: result.content.html ?? '' };
}

describe.each(MAILS)('the mail that says an erasure is %s', (mail) => {
  it('may be published, and falls back to the language of its brand', () => {
    expect(templateProblems(erasureTemplate(mail, 'de-AT'))).toEqual([]);
    expect(erasureTemplate(mail, 'de-AT').defaultLanguage).toBe('de');
    expect(mailLanguage('xx')).toBe('en');
  });

  it.each(PERSON_PAGE_LANGUAGES)('says all of it in %s, as text and as HTML, and leads nowhere', (language) => {
    const { language: used, subject, text, html } = rendered(mail, language);
    expect(used).toBe(language);
    expect(html).toContain(`lang="${language}" dir="${['ar', 'he'].includes(language) ? 'rtl' : 'ltr'}"`);
    for (const form of [text, html]) {
      const shown = form.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
      for (const [name, value] of Object.entries(VALUES[mail]))
        if (name !== 'explanationLanguage') expect(shown).toContain(value);
      expect(shown).toContain('Acme GmbH, Musterweg 1, Berlin');
      // GDPR Art. 12(4): a refusal, also in part, names whom to turn to.
      expect(shown.includes(ERASURE_WORDS[language].appeal)).toBe(mail !== 'received');
      expect(form).not.toMatch(/https?:|<img|<a /);
      expect(form).not.toMatch(/[{}]/);
    }
    if (language !== 'en') expect(subject).not.toBe(rendered(mail, 'en').subject);
  });
});

it('nothing is said of what is kept where nothing is', () => {
  const { text } = rendered('done', 'en', { until: null, law: null });
  expect(text).toBe(
    'Acme now erases the data about you.\n\nThis is the last message: we cannot write to you afterwards.\n\nAcme GmbH, Musterweg 1, Berlin\n',
  );
});

it('what somebody wrote is marked as being in its language, and cannot be markup', () => {
  expect(rendered('refused', 'de').html).toContain(
    '<blockquote lang="nl" dir="auto">Because &lt;b&gt; &amp; so</blockquote>',
  );
});
