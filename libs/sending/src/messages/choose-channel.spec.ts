import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { orderOf, type Way } from './choose-channel.js';

const CHANNELS = ['email', 'sms', 'push', 'whatsapp'] as const;
const request = { strategy: 'best', goal: 'clicked', segment: 'vip', seed: ['a'] } as const;
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
        met: fc.integer({ min: 0, max: 1_000 }),
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
});
