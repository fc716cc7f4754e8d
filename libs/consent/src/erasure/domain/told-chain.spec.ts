import { describe, expect, it } from '@jest/globals';
import type { JsonValue } from '#lib/ledger';
import { ToldChains } from './told-chain.js';

const AT = Date.UTC(2026, 0, 1);
const send = (kind: string, more: Readonly<Record<string, JsonValue>> = {}) => ({
  clear: { t: `send.${kind}`, ch: 'email', now: new Date(AT).toISOString(), ...more },
  disclosed: { message: { id: 'm' }, ...(kind === 'accepted' && { topic: { purpose: 'p', topic: null } }) },
});
const used = (...entries: readonly ReturnType<typeof send>[]): number => {
  const told = new ToldChains();
  for (const entry of entries) told.add(entry);
  return told.uses.length;
};
const [accepted, started] = [send('accepted'), send('handover_started')];

describe('what entries tell of a message', () => {
  it.each([
    ['left', [accepted, started, send('ended', { out: 'sent' })], 1],
    ['may have left', [accepted, started, send('ended', { out: 'unknown' })], 1],
    ['is on its way', [accepted, started], 1],
    ['failed', [accepted, started, send('ended', { out: 'failed' })], 0],
    ['was put off after a start', [accepted, started, send('decided', { out: 'defer' })], 0],
    ['left at its second try', [accepted, started, send('decided', { out: 'defer' }), started], 1],
    ['never started', [accepted, send('decided', { out: 'drop' })], 0],
    ['was a try of a test key', [send('accepted', { test: 1 }), send('handover_started', { test: 1 })], 0],
  ])('that it %s', (_what, entries, uses) => {
    expect(used(...entries)).toBe(uses);
  });

  it('says when, where and what for', () => {
    const told = new ToldChains();
    for (const entry of [accepted, started]) told.add(entry);
    expect(told.uses).toEqual([{ channel: 'email', purposeId: 'p', at: AT }]);
  });

  it('and whose chain became one with theirs', () => {
    const told = new ToldChains();
    told.add({ clear: { t: 'contact.changed' }, disclosed: { change: { mergedInto: { id: 'b' }, subject: 's' } } });
    expect([...told.others]).toEqual(['s']);
  });
});
