import { describe, expect, it } from '@jest/globals';
import { createServer, connect, type AddressInfo } from 'node:net';
import { systemClock } from '#lib/platform';
import { HttpClient } from './http/http-client.js';
import { insideInterfaces, isPublicAddress, type LookUp, onlyPublic, urlProblem } from './reach.js';
import { SENDER_KINDS } from './sender-kinds.js';
import { someHandOver } from './testing/sender-contract.js';

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
  ])('%s: %s', (url, problem) => expect(urlProblem(new URL(url), { vouched: [], byStrangers: true })).toBe(problem));

  it.each([
    ['http://10.0.0.1:8080/', 'not_a_public_address'],
    ['https://169.254.169.254/', 'not_a_public_address'],
    ['https://[::1]:9/', 'not_a_public_address'],
    ['ftp://10.0.0.7/', 'not_http'],
    ['http://10.0.0.7:8080/', null],
    ['https://api.example.org:9443/', null],
    ['https://93.184.216.34:9443/', null],
  ])('of a provider, %s: %s', (url, problem) => expect(urlProblem(new URL(url), { vouched: ['10.0.0.7:8080'], byStrangers: false })).toBe(problem)); // prettier-ignore
});

describe('a client for addresses from outside', () => {
  it.each([
    'https://localhost/',
    'https://localhost:8443/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://10.0.0.1/',
  ])('connects to nothing at %s, however the name is looked up', async (url) => {
    const client = new HttpClient({
      maxConnections: 1,
      connectMs: 2000,
      answerMs: 2000,
      reach: { vouched: [], byStrangers: true },
    });
    const request = { method: 'POST', url: new URL(url), headers: {}, body: 'x' } as const;
    expect(await client.call(request, () => true)).toEqual({ kind: 'not_allowed', code: 'not_a_public_address' });
    client.close();
  });
});

describe('a name that is looked up for a connection', () => {
  /** Answers each time what stands next, and the last for ever; says how often it was asked. */
  const answering = (...answers: string[][]) => {
    let asked = 0;
    const lookUp: LookUp = (_name, _options, done) => {
      const found = answers[Math.min(asked++, answers.length - 1)] ?? [];
      setImmediate(() => done(null, found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })))); // prettier-ignore
    };
    return { lookup: onlyPublic(lookUp), asked: () => asked };
  };
  const found = (one: ReturnType<typeof answering>, options: object): Promise<unknown> =>
    new Promise((resolve) => {
      one.lookup('name.example', options, (error, ...answer) => resolve(error === null ? answer : error.code)); // prettier-ignore
    });

  it('is asked once for each, and answers with what was looked at', async () => {
    const one = answering(['93.184.216.34', '2606:4700::1111'], ['127.0.0.1']);
    expect(await found(one, { all: true })).toEqual([
      [
        { address: '93.184.216.34', family: 4 },
        { address: '2606:4700::1111', family: 6 },
      ],
    ]);
    expect(one.asked()).toBe(1);
    expect(await found(one, { all: true })).toBe('not_a_public_address');
    expect(await found(answering(['93.184.216.34']), {})).toEqual(['93.184.216.34', 4]);
  });

  it.each([
    ['this machine', ['127.0.0.1']],
    ['this machine, as IPv6 writes it', ['::ffff:127.0.0.1']],
    ['this machine, behind NAT64', ['64:ff9b::7f00:1']],
    ['this machine, by 6to4', ['2002:7f00:1::1']],
    ['an address of the network beside one of the internet', ['93.184.216.34', '10.0.0.1']],
    ['nothing', []],
  ])('leads no connection to %s', async (_what, addresses) => {
    const hits: unknown[] = [];
    const server = createServer((socket) => void hits.push(socket)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const code = await new Promise((resolve) => {
      const socket = connect({ host: 'name.example', port, lookup: answering(addresses).lookup });
      socket.once('connect', () => resolve('connected'));
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    expect([code, hits]).toEqual(['not_a_public_address', []]);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('what an account of a brand connects to by itself', () => {
  const smtp = (host: string, port = 25) => ({ host, port, secure: 'none' });
  it.each<[string, object, string[]]>([
    ['this machine', smtp('127.0.0.1'), ['/host']],
    ['this machine by its name', smtp('localhost'), ['/host']],
    ['the network', { host: '10.1.2.3', port: 587, secure: 'tls' }, ['/host']],
    ['a name that only the network knows', { host: 'redis', port: 6379, secure: 'tls' }, ['/host']],
    ['a name of the network', { host: 'Relay.Corp.Internal', port: 25, secure: 'tls' }, ['/host']],
    ['what a cloud tells its machines', { baseUrl: 'https://169.254.169.254', tokenUrl: 'https://crm.example' }, ['/baseUrl']], // prettier-ignore
    ['where tokens are granted', { baseUrl: 'https://crm.example', tokenUrl: 'https://[fd00::1]/' }, ['/tokenUrl']],
    ['what is vouched for', smtp('127.0.0.1', 2525), []],
    ['the internet', { host: 'smtp.example.org', port: 465, secure: 'tls' }, []],
  ])('%s', (_name, settings, pointers) =>
    expect(insideInterfaces(settings, ['127.0.0.1:2525']).map(({ pointer }) => pointer)).toEqual(pointers),
  );

  const sid = { accountSid: `AC${'0'.repeat(32)}`, from: '+4930123456' };
  const kinds = [
    ['smtp', 'localhost', 'smtp', {}, { host: 'localhost', port: 1, secure: 'none' }],
    ['smtp at an address', '::1', 'smtp', {}, { host: '::1', port: 1, secure: 'none' }],
    ['smpp', 'localhost', 'smpp', { password: 'p' }, { host: 'localhost', port: 1, secure: 'none', systemId: 'n', from: 'N' }],
    ['smpp at an address', '127.0.0.1', 'smpp', { password: 'p' }, { host: '127.0.0.1', port: 1, secure: 'none', systemId: 'n', from: 'N' }],
    ['twilio', 'localhost', 'twilio', { authToken: 't' }, { baseUrl: 'https://localhost:1', ...sid }],
    ['whatsapp', 'localhost', 'whatsapp_cloud', { accessToken: 't' }, { baseUrl: 'https://localhost:1', phoneNumberId: '106540352242922' }],
  ] as const; // prettier-ignore
  it.each(kinds)('a sender of %s connects to nothing there, and its messages wait for somebody to mend it', async (_name, _host, kind, secret, settings) => {
    const sender = SENDER_KINDS[kind].make(settings, secret, systemClock, ['127.0.0.1:2525']);
    const to = kind === 'smtp' ? 'ada@people.example' : '+4915123456789';
    const result = await sender.send(someHandOver({ to, startBy: Number.MAX_VALUE }));
    expect(result).toMatchObject({ kind: 'transient', code: expect.stringMatching(/_not_a_public_address$/) });
    await sender.close();
  }); // prettier-ignore
});
