import { describe, expect, it } from '@jest/globals';
import { HttpClient } from './http-client.js';
import { isPublicAddress, publicAddressProblem } from './public-address.js';

describe('addresses that anybody on the internet can be at', () => {
  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.1.1',
    '223.255.255.255',
    '2606:4700::1111',
    '2a00:1450::1',
  ])('%s', (address) => expect(isPublicAddress(address)).toBe(true));
});

describe('addresses inside, and ones that lead there', () => {
  it.each([
    '0.0.0.0', '10.0.0.1', '100.64.0.1', '100.127.255.255', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1',
    '172.31.255.255', '192.0.0.8', '192.0.2.1', '192.88.99.1', '192.168.1.1', '198.18.0.1', '198.19.255.255', '198.51.100.7',
    '203.0.113.1', '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255', '::', '::1', '::ffff:10.0.0.1',
    '::ffff:8.8.8.8', '::127.0.0.1', '64:ff9b::a00:1', '64:ff9b:1::1', '100::1', '2001::1', '2001:db8::1', '2002:7f00:1::',
    '3fff::1', 'fc00::1', 'fd12:3456::1', 'fe80::1', 'fec0::1', 'ff02::1', 'localhost', 'example.org', '',
  ])('%s', (address) => expect(isPublicAddress(address)).toBe(false)); // prettier-ignore

  it.each([
    ['http://example.org/', 'not_https'],
    ['ftp://example.org/', 'not_https'],
    ['file:///etc/passwd', 'not_https'],
    ['https://user:pass@example.org/', 'credentials_in_url'],
    ['https://example.org:22/', 'port_not_allowed'],
    ['https://example.org:6379/', 'port_not_allowed'],
    ['https://127.0.0.1/', 'not_a_public_address'],
    ['https://127.1/', 'not_a_public_address'],
    ['https://2130706433/', 'not_a_public_address'],
    ['https://0x7f000001/', 'not_a_public_address'],
    ['https://0177.0.0.1/', 'not_a_public_address'],
    ['https://0/', 'not_a_public_address'],
    ['https://169.254.169.254/latest/meta-data', 'not_a_public_address'],
    ['https://[::1]/', 'not_a_public_address'],
    ['https://[::ffff:127.0.0.1]/', 'not_a_public_address'],
    ['https://[64:ff9b::7f00:1]/', 'not_a_public_address'],
    ['https://①②⑦.0.0.1/', 'not_a_public_address'],
    ['https://127。0。0。1/', 'not_a_public_address'],
    ['https://example.org/', null],
    ['https://example.org:8443/x', null],
    ['https://93.184.216.34/', null],
  ])('%s: %s', (url, problem) => expect(publicAddressProblem(new URL(url))).toBe(problem));
});

describe('a client for addresses from outside', () => {
  it.each([
    'https://localhost/',
    'https://localhost:8443/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://10.0.0.1/',
  ])('connects to nothing at %s, however the name is looked up', async (url) => {
    const client = new HttpClient({ maxConnections: 1, connectMs: 2000, answerMs: 2000, onlyPublic: { except: [] } });
    const request = { method: 'POST', url: new URL(url), headers: {}, body: 'x' } as const;
    expect(await client.call(request, () => true)).toEqual({ kind: 'not_allowed', code: 'not_a_public_address' });
    client.close();
  });
});
