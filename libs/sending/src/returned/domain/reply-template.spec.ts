import { describe, expect, it } from '@jest/globals';
import { PERSON_PAGE_LANGUAGES } from '../../exports/domain/texts.js';
import { smsText } from '../../senders/domain/sms-text.js';
import { templateProblems } from '../../templates/template.service.js';
import { REPLY_WORDS, replyTemplate } from './reply-template.js';

describe('what keywords are answered with', () => {
  it('may be published, in all languages, and falls back to that of the brand', () => {
    for (const reply of ['help', 'left'] as const) expect(templateProblems(replyTemplate(reply, 'de-AT'))).toEqual([]);
    expect(Object.keys(REPLY_WORDS).sort()).toEqual([...PERSON_PAGE_LANGUAGES].sort());
    expect(replyTemplate('help', 'de-AT').defaultLanguage).toBe('de');
    expect(replyTemplate('help', 'ja').defaultLanguage).toBe('en');
  });

  it('goes in two parts at most with a name and an address of usual length', () => {
    for (const reply of ['help', 'left'] as const)
      for (const { text } of Object.values(replyTemplate(reply, 'en').contents)) {
        const shown = text
          .replace('{{brand.name}}', 'Nordlicht')
          .replace('{{brand.legalName}}', 'Nordlicht Handels GmbH')
          .replace('{{brand.postalAddress}}', 'Musterweg 1, 20095 Hamburg');
        expect(smsText(shown)?.parts.length).toBeLessThanOrEqual(2);
      }
  });
});
