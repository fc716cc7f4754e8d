import { describe, expect, it } from '@jest/globals';
import { type ConfirmationTraces, confirmationFlags, FAST_MS } from './confirmation-flags.js';

const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const person: ConfirmationTraces = {
  leftAt: 0,
  at: 60_000,
  userAgent: CHROME,
  fetchSite: 'same-origin',
  fetchMode: 'navigate',
};

describe('what speaks against a confirmation by the person', () => {
  it.each<[string, Partial<ConfirmationTraces>, string[]]>([
    ['a browser, a minute later', {}, []],
    ['a browser that says nothing of where it came from', { fetchSite: null, fetchMode: null }, []],
    ['at the earliest a message is read', { at: FAST_MS }, []],
    ['before that', { at: FAST_MS - 1 }, ['fast']],
    ['nobody knows when the message left', { leftAt: null, at: 0 }, []],
    ['no user agent', { userAgent: null, fetchSite: null, fetchMode: null }, ['no_user_agent']],
    ['an empty one', { userAgent: ' ' }, ['no_user_agent']],
    ['a link scanner', { userAgent: 'Barracuda Sentinel (EE)' }, ['scanner']],
    ['a script', { userAgent: 'python-requests/2.32' }, ['scanner']],
    ['a browser without a window', { userAgent: CHROME.replace('Chrome', 'HeadlessChrome') }, ['scanner']],
    ['from another site', { fetchSite: 'cross-site' }, ['not_from_page']],
    ['typed, not clicked', { fetchSite: 'none' }, ['not_from_page']],
    ['by a script in a page', { fetchMode: 'cors' }, ['not_from_page']],
    ['all at once', { at: 1, userAgent: 'curl/8', fetchSite: 'none' }, ['fast', 'scanner', 'not_from_page']],
  ])('%s', (_what, traces, flags) => {
    expect(confirmationFlags({ ...person, ...traces })).toEqual(flags);
  });
});
