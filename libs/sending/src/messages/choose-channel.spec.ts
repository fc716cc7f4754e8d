import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { orderOf, type Way } from './choose-channel.js';

const CHANNELS = ['email', 'sms', 'push', 'whatsapp'] as const;
const mails = { links: true, opens: true };
const request = { strategy: 'best', goal: 'clicked', segment: 'vip', mails, seed: ['a'] } as const;
const ways = fc
  .array(fc.constantFrom('pass' as const, 'defer' as const, 'drop' as const), { minLength: 2, maxLength: 4 })
  .map((outcomes) => outcomes.map((outcome, i): Way => ({ channel: CHANNELS[i] ?? 'email', outcome })));

describe('the order of channels', () => {
  it('tries nothing first that the pipeline refuses while anything is allowed, whatever luck and results say', () => {
    const results = fc.array(
      fc.record({
        segment: fc.constantFrom('vip', ''),
        channel: fc.constantFrom(...CHANNELS),
        tried: fc.constant(1_000),
        met: fc.integer({ min: 1, max: 1_000 }),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(ways, results, fc.string(), (all, known, seed) => {
        const { order, draw, control } = orderOf(all, { ...request, seed: [seed] }, known);
        expect(control === null).toBe(draw === null);
        expect([...order].sort()).toEqual([...all.keys()]);
        const allowed = all.filter(({ outcome }) => outcome !== 'drop').length;
        expect(draw === null).toBe(allowed < 2);
        if (allowed >= 2) for (const i of order.slice(0, allowed)) expect(all[i]?.outcome).not.toBe('drop');
        expect(orderOf(all, { ...request, seed: [seed] }, known)).toEqual({ order, draw, control });
      }),
      { numRuns: 60 },
    );
  });

  it('is the one of the request for first_allowed', () => {
    fc.assert(
      fc.property(ways, (all) => {
        expect(orderOf(all, { ...request, strategy: 'first_allowed' }, [])).toEqual({
          order: [...all.keys()],
          draw: null,
          control: null,
        });
      }),
    );
  });

  it('says with which probability each would have been chosen, from the results of the segment', () => {
    const all: Way[] = [
      { channel: 'email', outcome: 'pass' },
      { channel: 'sms', outcome: 'pass' },
      { channel: 'push', outcome: 'drop' },
    ];
    const results = [
      { segment: 'vip', channel: 'sms', tried: 1_000, met: 300 },
      { segment: 'vip', channel: 'email', tried: 1_000, met: 100 },
      { segment: '', channel: 'email', tried: 1_000, met: 900 },
    ] as const;
    const { draw } = orderOf(all, request, results);
    expect(draw).toMatchObject({
      goal: 'clicked',
      segment: 'vip',
      arms: [
        { channel: 'email', tried: 1_000, met: 100, propensity: 100_000 },
        { channel: 'sms', tried: 1_000, met: 300, propensity: 900_000 },
      ],
    });
  });

  it('is that of the request where of one of the ways nobody knows whether it meets the goal', () => {
    const ofThree = (email: 'pass' | 'drop'): Way[] => [
      { channel: 'sms', outcome: 'pass' },
      { channel: 'email', outcome: email },
      { channel: 'whatsapp', outcome: 'pass' },
    ];
    // A mail is the best by what is counted, and of texts nothing is: 0.99 for mails after three hundred of each.
    const results = [
      { segment: 'vip', channel: 'sms', tried: 300, met: 0 },
      { segment: 'vip', channel: 'email', tried: 300, met: 6 },
      { segment: 'vip', channel: 'whatsapp', tried: 300, met: 1 },
    ] as const;
    const [sms, ...others] = ofThree('pass');
    expect(orderOf(ofThree('pass'), request, results)).toEqual({ order: [0, 1, 2], draw: null, control: null });
    expect(orderOf(others, request, results).draw).not.toBeNull();
    if (sms === undefined) throw new Error('there are three');
    expect(orderOf([{ ...sms, outcome: 'drop' }, ...others], request, results).draw).not.toBeNull();
    // Of a brand that counts no clicks a mail is no better known.
    const uncounted = { ...request, mails: { links: false, opens: false } };
    expect(orderOf(others, uncounted, [{ segment: '', channel: 'email', tried: 300, met: 0 }]).draw).toBeNull();
  });
});
