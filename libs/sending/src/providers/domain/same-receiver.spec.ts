import { expect, it } from '@jest/globals';
import { isSameReceiver } from './same-receiver.js';

const settings = { host: 'mail.example.org', port: 587, secure: 'starttls', user: 'u', maxConnections: 5 };

it.each<[string, object, boolean]>([
  ['the same', {}, true],
  ['more connections', { maxConnections: 20 }, true],
  ['another return path', { returnPath: 'b@mail.example.org' }, true],
  ['another key name', { dkim: { domain: 'a.example', selector: 's' } }, true],
  ['another host', { host: 'mail.example.net' }, false],
  ['another port', { port: 25 }, false],
  ['in the open', { secure: 'none' }, false],
  ['another user', { user: 'v' }, false],
  ['another authority', { ca: 'PEM' }, false],
  ['what nobody knows yet', { proxy: 'https://proxy.example' }, false],
])('%s: %j', (_name, change, same) => {
  expect(isSameReceiver({ kind: 'smtp', settings }, { kind: 'smtp', settings: { ...settings, ...change } })).toBe(same);
});

it('another protocol', () => {
  expect(isSameReceiver({ kind: 'smtp', settings }, { kind: 'smpp', settings })).toBe(false);
});
