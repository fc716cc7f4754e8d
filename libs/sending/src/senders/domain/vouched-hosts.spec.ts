import { describe, expect, it } from '@jest/globals';
import { alsoVouched, hostTarget, interfacesOf, isVouched, unvouchedHosts, urlTarget } from './vouched-hosts.js';

describe('a host inside that the operator answers for', () => {
  const vouched = [
    'relay.example:25',
    'hooks.internal',
    '[::1]:2525',
    '127.0.0.1:*',
    '[fd00::1]:*',
    'Upper.example:25',
  ];
  it.each([
    ['as it is listed', hostTarget('relay.example', 25), true],
    ['in other letters', hostTarget('RELAY.example', 25), true],
    ['listed in other letters', hostTarget('upper.example', 25), true],
    ['at another port', hostTarget('relay.example', 22), false],
    ['another host', hostTarget('evil.relay.example', 25), false],
    ['of a URL at the port of its scheme', urlTarget(new URL('https://hooks.internal/x')), true],
    ['of a URL at another', urlTarget(new URL('https://hooks.internal:8443/x')), false],
    ['without a port, for a server that has one', hostTarget('hooks.internal', 443), false],
    ['an IPv6 address', hostTarget('::1', 2525), true],
    ['an IPv6 address of a URL', urlTarget(new URL('http://[::1]:2525/')), true],
    ['an IPv6 address at another port', hostTarget('::1', 25), false],
    ['at every port', hostTarget('127.0.0.1', 65_000), true],
    ['at every port, in a URL', urlTarget(new URL('http://127.0.0.1/')), true],
    ['an IPv6 address at every port', hostTarget('fd00::1', 25), true],
    ['a neighbour of it', hostTarget('127.0.0.11', 25), false],
  ])('%s', (_name, target, expected) => expect(isVouched(target, vouched)).toBe(expected));
});

describe('hosts inside that an account would have addresses of contacts lead to', () => {
  const vouched = ['hooks.internal:8443', 'hooks.internal', '10.0.0.1:*', '[::1]:*'];
  it.each<[string, unknown, string[]]>([
    ['none', { timeoutSeconds: 3 }, []],
    ['those that the operator vouches for', { alsoHosts: ['hooks.internal'] }, []],
    ['one that is listed with every port', { alsoHosts: ['10.0.0.1:8080', '[::1]:80'] }, []],
    [
      'another port, and what stands beside the gateway',
      {
        alsoHosts: ['hooks.internal:22', '169.254.169.254', 'hooks.internal:8443', 'hooks.internal:*', '10.0.0.11:80'],
      },
      ['hooks.internal:22', '169.254.169.254', 'hooks.internal:*', '10.0.0.11:80'],
    ],
    ['what is no list', { alsoHosts: '127.0.0.1' }, []],
    ['what are no settings', null, []],
  ])('%s', (_name, settings, unvouched) => {
    expect(unvouchedHosts(settings, vouched)).toEqual(unvouched);
    const { alsoHosts } = { ...(settings as object) } as { alsoHosts?: unknown };
    if (!Array.isArray(alsoHosts)) return;
    expect(alsoVouched(alsoHosts as string[], vouched)).toEqual(alsoHosts.filter((host: string) => !unvouched.includes(host))); // prettier-ignore
  });
});

it.each<[string, unknown, [string, string][]]>([
  ['a mail server', { host: 'Relay.example', port: 25 }, [['/host', 'relay.example:25']]],
  [
    'an interface with its tokens',
    { baseUrl: 'https://crm.example/api', tokenUrl: 'http://127.0.0.1:9/t', webhookUrl: 'https://us.example' },
    [
      ['/baseUrl', 'crm.example'],
      ['/tokenUrl', '127.0.0.1:9'],
    ],
  ],
  ['none, which stands for the provider itself', { accountSid: 'AC1' }, []],
  ['what is neither', { baseUrl: 'x', host: 'relay.example' }, []],
])('settings say where an account connects to by itself: %s', (_name, settings, expected) =>
  expect(interfacesOf(settings).map(({ pointer, target }) => [pointer, target.name])).toEqual(expected),
);
