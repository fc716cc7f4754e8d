import { describe, expect, it } from '@jest/globals';
import { type Choice, type Choosable } from './choices.js';
import { chosenIn, keepChosen, latestOf, type OwnChoice } from './chosen.js';
import type { Wishes } from './wishes.js';

type Limits = NonNullable<Wishes['frequency']>;
const limit = (window: string, channel: Limits[number]['channel'] = null): Limits[number] => ({
  ...{ limit: 1, window, channel, topic: null },
});
const [WEEKLY, MONTHLY] = [limit('P7D'), limit('P30D')];
const [SMS, MAIL] = [limit('P1D', 'sms'), limit('P2D', 'email')];

/** What the page changes, one choice after the other; `told` is what the person told the sender, and when. */
const ask = (
  pages: readonly (readonly [before: Limits, after: Limits])[],
  told: { readonly at: number; readonly value?: Limits | null } | null,
  asked: Limits,
) => {
  const changes = pages.map(([before, after], i) => ({
    at: 10 + i,
    before: { 'wishes.frequency': before },
    after: { 'wishes.frequency': after },
  }));
  const said = new Map<Choice, OwnChoice>(told === null ? [] : [['wishes.frequency', told]]);
  const present = { language: null, pausedUntil: null, wishes: { frequency: pages.at(-1)?.[1] ?? told?.value ?? [] } };
  const wanted = { ...present, wishes: { frequency: asked } };
  const { fields, kept } = keepChosen(present, wanted, latestOf(chosenIn(changes), said), null, 100);
  return [fields.wishes.frequency, kept.length > 0];
};

describe('how often somebody is written to, which they choose over everything and programs also by channel', () => {
  it.each<[string, Parameters<typeof ask>, Limits, boolean]>([
    [
      'what a program added falls back, and what they chose stays',
      [[[[SMS], [WEEKLY, SMS]]], null, []],
      [WEEKLY],
      true,
    ],
    ['nothing is kept of what they never chose', [[[[WEEKLY, SMS], [SMS]]], null, []], [], false],
    ['a program may add what they did not choose', [[[[], [WEEKLY]]], null, [SMS, WEEKLY]], [SMS, WEEKLY], false],
    ['and not something else for what they chose', [[[[], [WEEKLY]]], null, [MONTHLY, SMS]], [WEEKLY, SMS], true],
    [
      'what they told of a channel stays beside a later choice',
      [[[[SMS], [WEEKLY, SMS]]], { at: 5, value: [SMS] }, [MAIL]],
      [WEEKLY, SMS, MAIL],
      true,
    ],
    ['also beside any frequency', [[[[WEEKLY, SMS], [SMS]]], { at: 5, value: [WEEKLY, SMS] }, []], [SMS], true],
    ['what they told later takes the place of all', [[[[], [WEEKLY]]], { at: 50, value: [SMS] }, []], [SMS], true],
    ['what they told at the same time too', [[[[], [WEEKLY]]], { at: 10, value: [SMS] }, []], [SMS], true],
    ['nothing is told by what is not known', [[[[SMS], [WEEKLY, SMS]]], { at: 5 }, []], [WEEKLY], true],
  ])('%s', (_name, asked, frequency, isKept) => {
    expect(ask(...asked)).toEqual([frequency, isKept]);
  });
});

describe('what a program asks for', () => {
  const present: Choosable = { language: 'fr', pausedUntil: 500, wishes: {} };
  const own = chosenIn([
    { at: 10, before: { language: 'de', pausedUntil: null }, after: { language: 'fr', pausedUntil: 500 } },
  ]);
  const NOW = 100;
  it.each<[string, Partial<Choosable>, number | null, Choosable, Choice[]]>([
    ['does not end a break', { pausedUntil: null }, null, present, ['pausedUntil']],
    ['does not shorten it', { pausedUntil: 499 }, null, present, ['pausedUntil']],
    ['may make it longer', { pausedUntil: 501 }, null, { ...present, pausedUntil: 501 }, []],
    ['is no word of theirs where they chose at that very time', { language: 'de' }, 10, present, ['language']],
    ['is theirs where they said it later', { language: 'de', pausedUntil: null }, 11, { ...present, language: 'de', pausedUntil: null }, []], // prettier-ignore
  ])('%s', (_what, asked, saidAt, fields, kept) => {
    expect(keepChosen(present, { ...present, ...asked }, own, saidAt, NOW)).toEqual({ fields, kept });
  });

  it('may end a break that is over', () => {
    const over = { ...present, pausedUntil: null };
    expect(keepChosen(present, over, own, null, 500)).toEqual({ fields: over, kept: [] });
  });
});
