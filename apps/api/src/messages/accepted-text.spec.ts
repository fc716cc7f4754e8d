import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decide } from '#lib/decision';
import type { MessageId } from '#lib/kernel';
import type { Accepted } from '#lib/sending';
import { anyCase } from '../../../../libs/decision/src/testing/any-case.js';
import { someHolidays, somePlaces } from '../../../../libs/decision/src/testing/some-places.js';
import { testReference } from '../../../../libs/decision/src/testing/test-reference.js';
import { metAtLeast, runs } from '../../../../test/support/runs.js';
import { acceptedText } from './accepted-text.js';
import { AcceptedAnswer, toAcceptedAnswer } from './messages.schema.js';

const reference = { ...testReference, places: somePlaces, holidays: someHolidays };
const ID = '019aa4d6-0c00-7000-8000-000000000000' as MessageId;
const ENTRY = '019aa4d6-0c00-7000-8000-000000000001' as Accepted['entryId'];

describe('the answer to an accepted message', () => {
  it('is the JSON of its published form, byte for byte, whatever was decided', () => {
    const seen = { pass: 0, defer: 0, drop: 0, shared: 0 };
    fc.assert(
      fc.property(anyCase, ({ now, facts, policy }) => {
        const decision = decide(facts, policy, now, reference);
        seen[decision.outcome]++;
        seen.shared += decision.checks.filter((check) => Object.isFrozen(check)).length;
        const status = decision.outcome === 'drop' ? ('dropped' as const) : ('queued' as const);
        const one: Accepted = { id: ID, status, decision, entryId: ENTRY };
        const channels = [{ ...one, channel: 'email' as const }, { ...one, id: ENTRY as string as MessageId, channel: 'sms' as const }]; // prettier-ignore
        const accepted =
          decision.outcome === 'drop'
            ? { ...one, channels }
            : decision.outcome === 'defer'
              ? { ...one, holdout: true as const }
              : one;
        const text = acceptedText(accepted);
        expect(text).toBe(JSON.stringify(toAcceptedAnswer(accepted)));
        expect(AcceptedAnswer.safeParse(JSON.parse(text)).success).toBe(true);
      }),
      { numRuns: runs(200) },
    );
    for (const met of Object.values(seen)) expect(met).toBeGreaterThanOrEqual(metAtLeast(3));
  });
});
