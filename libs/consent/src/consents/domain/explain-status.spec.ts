import { describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import { CONSENT_EVENT_KINDS, type ConsentState } from './consent-fold.js';
import { DPV_STATUSES, dpvStatus } from './dpv.js';
import { EXPLAINED_IN, explainStatus, type Standing } from './explain-status.js';

const utc = (instant: number): DateTime => DateTime.fromMillis(instant, { zone: 'utc' });
const MAY_3 = Date.UTC(2026, 4, 3, 12);
const JUNE_1 = Date.UTC(2026, 5, 1);

function standing(
  status: ConsentState['status'] | null,
  more: Partial<Standing> = {},
  state: Partial<ConsentState> = {},
): Standing {
  return {
    state: status === null ? null : { status, since: MAY_3, validUntil: null, eventId: 'e', imported: false, ...state },
    renewed: false,
    method: 'web_form',
    notice: null,
    requestedAt: null,
    elsewhere: false,
    suppressions: [],
    ...more,
  };
}

describe('a status in a sentence', () => {
  const NOTICE = { notice: { key: 'terms', version: 3 } };
  it.each([
    [standing(null), 'Nothing was ever said about this.', 'Dazu wurde nie etwas erklärt.'],
    [
      standing('granted', NOTICE, { validUntil: JUNE_1 }),
      'Agreed to on 3 May 2026 in a form, on the text “terms”, version 3. The consent ends on 1 June 2026.',
      'Am 3. Mai 2026 in einem Formular zugestimmt, zum Text „terms“ in Fassung 3. Die Zustimmung endet am 1. Juni 2026.',
    ],
    [
      standing('confirmed', { method: 'double_opt_in', requestedAt: MAY_3 - 86_400_000 }),
      'Confirmed on 3 May 2026 by a confirmation message, asked for on 2 May 2026.',
      'Am 3. Mai 2026 über eine Bestätigungsnachricht bestätigt, angefragt am 2. Mai 2026.',
    ],
    [
      standing('invalidated', { method: 'number_reassigned' }),
      'No longer valid since 3 May 2026: the number belongs to somebody else now.',
      'Seit dem 3. Mai 2026 nicht mehr gültig: die Nummer gehört jetzt jemand anderem.',
    ],
    [
      standing('invalidated', { method: 'page_undo' }),
      'What was said on the preference page was taken back on 3 May 2026; nothing else was said about this.',
      'Am 3. Mai 2026 wurde zurückgenommen, was auf der Abo-Seite erklärt worden war; sonst wurde dazu nichts erklärt.',
    ],
    [
      standing('invalidated', { method: 'import_undo' }),
      'No longer valid since 3 May 2026: the list that it came from was taken back.',
      'Seit dem 3. Mai 2026 nicht mehr gültig: die Liste, von der es kam, wurde zurückgenommen.',
    ],
    [
      standing('withdrawn', { method: 'one_click', elsewhere: true }),
      'Withdrawn on 3 May 2026 with the unsubscribe link of a message. This was said for the same address under another contact, and it holds for the address.',
      'Am 3. Mai 2026 mit dem Abmelde-Link einer Nachricht widerrufen. Das wurde für dieselbe Adresse unter einem anderen Kontakt erklärt und gilt für die Adresse.',
    ],
    [
      standing('granted', { suppressions: [{ reason: 'objection', since: JUNE_1, until: null }] }),
      'Agreed to on 3 May 2026 in a form. Messages to this address were objected to on 1 June 2026: none is sent until that is taken back.',
      'Am 3. Mai 2026 in einem Formular zugestimmt. Am 1. Juni 2026 wurde Nachrichten an diese Adresse widersprochen: Es geht keine hinaus, bis das zurückgenommen ist.',
    ],
    [
      standing('withdrawn', { suppressions: [{ reason: 'bounce', since: JUNE_1, until: null }] }),
      'Withdrawn on 3 May 2026 in a form.',
      'Am 3. Mai 2026 in einem Formular widerrufen.',
    ],
  ])('%#', (whole, en, de) => {
    expect([explainStatus(whole, 'en', utc), explainStatus(whole, 'de', utc)]).toEqual([en, de]);
  });

  it('tells dates by the clock it is given', () => {
    const late = standing('granted', {}, { since: Date.UTC(2026, 4, 3, 23) });
    expect(explainStatus(late, 'en', (instant) => DateTime.fromMillis(instant, { zone: 'UTC+2' }))).toContain(
      '4 May 2026',
    );
  });

  it('has one for every status in every language, and a term of DPV', () => {
    for (const kind of CONSENT_EVENT_KINDS) {
      const imported = kind === 'imported';
      const status = imported ? 'granted' : kind;
      for (const language of EXPLAINED_IN)
        expect(explainStatus(standing(status, {}, { imported }), language, utc)).toMatch(/3\.? (May|Mai) 2026.*\.$/);
      expect(DPV_STATUSES).toContain(dpvStatus(status, false, true));
    }
  });

  it.each([
    ['granted', false, 'ConsentGiven'],
    ['confirmed', true, 'RenewedConsentGiven'],
    ['withdrawn', true, 'ConsentWithdrawn'],
    ['revoked', false, 'ConsentRevoked'],
    ['objected', false, 'ConsentWithdrawn'],
    [null, false, 'ConsentUnknown'],
  ] as const)('is %s (renewed: %s) in DPV %s', (status, renewed, term) => {
    expect(dpvStatus(status, renewed, true)).toBe(term);
  });
});
