import { describe, expect, it } from '@jest/globals';
import { DROP_REASONS, HOLD_REASONS } from '#lib/decision';
import { reasonWord } from './exit-words.js';
import { REPORT_LANGUAGES } from './languages.js';
import { columnWord, noteWord, valueWord } from './report-words.js';

describe.each(REPORT_LANGUAGES)('the words of reports in %s', (language) => {
  it('have one for every reason why a message waits, was not sent or failed', () => {
    const failures = [
      'provider_rejected',
      'provider_unavailable',
      'throttle_error',
      'render_error',
      'configuration_error',
    ];
    for (const reason of [...DROP_REASONS, ...HOLD_REASONS, ...failures]) {
      expect([reason, reasonWord(reason, language)]).not.toEqual([reason, reason]);
    }
  });

  it('call a way out by its reason, and a failure a failure', () => {
    const words = ['dropped.no_consent', 'failed.render_error', 'unknown'].map((key) => columnWord(key, language));
    expect(words).toEqual(
      {
        en: ['No consent', 'Failed: Could not be rendered', 'Outcome unknown'],
        de: ['Keine Einwilligung', 'Fehlgeschlagen: Nicht darstellbar', 'Ausgang unbekannt'],
      }[language],
    );
  });

  it('call what they do not know by its key', () => {
    expect(columnWord('costPerLead', language)).toBe('Cost per lead');
    expect(valueWord('channel', 'pigeon', language)).toBe('pigeon');
    expect(valueWord('campaign', '(none)', language)).toBe(language === 'de' ? 'Ohne' : 'None');
    expect(noteWord({ key: 'never_heard', values: {} }, language)).toBe('Never heard');
    expect(noteWord({ key: 'waits.quiet_hours', values: { messages: 1234 } }, language)).toMatch(
      /(Quiet hours|Ruhezeit): 1[.,]234\.$/,
    );
  });
});
