import { describe, expect, it } from '@jest/globals';
import { AccountLoad, SLOW_CALL_MS } from './account-load.js';

describe('how many messages more an account, or one host of it, is given', () => {
  const account = { key: 'p', isHost: false };
  const host = { key: 'p a.example', isHost: true };

  it.each([
    ['an account, as many as it calls at once', account, 10],
    ['a host, a fifth of that', host, 2],
  ])('of %s while it is slow', (_, whose, most) => {
    const load = new AccountLoad();
    expect(load.room(whose, 10)).toBe(Infinity);
    load.heard(whose.key, SLOW_CALL_MS);
    expect(load.room(whose, 10)).toBe(most);
    for (let held = 0; held < most; held++) load.take(whose.key);
    expect([load.room(whose, 10), load.room(whose, 1)]).toEqual([0, 0]);
    load.giveBack(whose.key);
    expect(load.room(whose, 10)).toBe(1);
    load.heard(whose.key, SLOW_CALL_MS - 1);
    expect(load.room(whose, 10)).toBe(Infinity);
  });

  it('of one host is nobody else’s matter', () => {
    const load = new AccountLoad();
    load.heard(host.key, SLOW_CALL_MS);
    expect([load.room(account, 10), load.room({ key: 'p b.example', isHost: true }, 10)]).toEqual([Infinity, Infinity]);
  });
});
