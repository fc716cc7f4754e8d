import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { type DurablePostgres, startDurablePostgres } from '../support/durable-postgres.js';
import { LONG } from '../support/form.js';
import { consent, Installation } from '../support/installation.js';
import { describeOnEachQueueBackend, describeOnPostgresQueues, type QueueBackend } from '../support/queue-backends.js';
import { type SmtpTestServer, startSmtpServer } from '../support/smtp-server.js';
import { until } from '../support/until.js';

/** A word that occurs nowhere else, so that finding it anywhere says where it came from. */
const canary = (what: string): string => `Canary${what}${randomBytes(5).toString('hex')}`;

const suite = (backend: QueueBackend): void => {
  const words = new Map<string, string>();
  let postgres: DurablePostgres;
  let installation: Installation;
  let smtp: SmtpTestServer;

  const the = (what: string): string => {
    const word = words.get(what) ?? canary(what);
    words.set(what, word);
    return word;
  };

  beforeAll(async () => {
    [postgres, smtp] = await Promise.all([startDurablePostgres(), startSmtpServer()]);
    installation = new Installation(postgres.urls, backend.queueUrl, {
      LOG_LEVEL: 'trace',
      SMTP_PASSWORD: the('Environment'),
    });
    await Promise.all([installation.startReady('api'), installation.startReady('center')]);
    await installation.setUp(smtp.port);
    const content = {
      subject: `Hello {{code}} ${the('Subject')}`,
      html: null,
      text: `{{code}} {{contact.attributes.name}} {{unsubscribeUrl}}`,
    };
    await installation.ok('POST', '/v1/templates', {
      body: {
        key: 'personal',
        channel: 'email',
        class: 'commercial',
        defaultLanguage: 'en',
        contents: { en: content },
      },
    });
    await installation.ok('PUT', '/v1/providers/spare', {
      body: {
        channel: 'email',
        kind: 'smtp',
        settings: { host: 'mail.example', port: 587, secure: 'starttls', user: the('User') },
        secret: { password: the('Password') },
        enabled: false,
      },
    });
  }, 120_000);
  afterAll(async () => {
    await installation.end();
    await Promise.all([postgres.remove(), smtp.close()]);
  });

  const contact = async (name: string): Promise<string> => {
    const externalId = the(`External${name}`);
    await installation.ok('PUT', `/v1/contacts/${externalId}`, {
      body: {
        contactPoints: [{ channel: 'email', address: `${the(`Address${name}`)}@people.example` }],
        account: the('Account'),
        attributes: { name: the('Name') },
      },
    });
    await installation.ok('POST', `/v1/contacts/${externalId}/consents`, {
      body: {
        ...consent('granted'),
        wording: the('Wording'),
        source: the('Source'),
        evidence: { ip: the('Evidence') },
      },
    });
    return externalId;
  };
  const send = async (to: string, more: object = {}): Promise<string> => {
    const { id } = await installation.ok<{ id: string }>('POST', '/v1/messages', {
      body: { to, template: 'personal', topic: 'newsletter', variables: { code: the('Variable') }, ...more },
      headers: { 'idempotency-key': `${the('Idempotency')}-${randomUUID()}` },
    });
    return id;
  };
  /** Everything that the queue keeps while nobody works on it, as one text. */
  const queueDump = async (): Promise<string> => {
    if (backend.kind === 'redis') {
      const redis = new Redis(backend.queueUrl);
      const keys = await redis.keys('*');
      const dumps = await Promise.all(
        keys.map(
          async (key) =>
            `${key} ${(await redis.dumpBuffer(key))?.toString('latin1')} ${JSON.stringify(await redis.hgetall(key).catch(() => null))}`,
        ),
      );
      redis.disconnect();
      return dumps.join('\n');
    }
    const { rows: tables } = await installation.admin.query<{ name: string }>(
      "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'bullmq'",
    );
    const rows = await Promise.all(
      tables.map(({ name }) => installation.admin.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`)),
    );
    return rows.flatMap((result) => result.rows.map(({ row }) => row)).join('\n');
  };
  const found = (where: string, text: string): string[] =>
    [...words].flatMap(([what, word]) =>
      text.toLowerCase().includes(word.toLowerCase()) ? [`${what} in ${where}`] : [],
    );

  it('are in no queue, no log of a process and no log of the database, whatever happens to a message', async () => {
    const names = ['Fine', 'Bounces', 'Fails', 'Waits', 'Vanishes', 'Unrendered'];
    const [fine = '', bounces = '', fails = '', waits = '', vanishes = '', unrendered = ''] = await Promise.all(
      names.map(contact),
    );
    const ids = [await send(fine), await send(unrendered, { variables: { other: the('Other') } })];
    // A message is acknowledged before its wake-up is in the queue.
    const dump = await until('the wake-up of a message', async () => {
      const text = await queueDump();
      return text.includes(ids[0] ?? '') && text;
    });
    expect(found('the queue', dump)).toEqual([]);
    const worker = await installation.startReady('worker');
    await installation.ended(ids);
    const reply = `5.1.1 <${the('AddressBounces')}@people.example> ${the('Reply')}`;
    const faults: [string, Parameters<SmtpTestServer['faultFor']>[1]][] = [
      [bounces, { at: 'rcpt', reply: 550, text: reply }],
      [fails, { at: 'end', reply: 554, text: reply }],
      [waits, { at: 'rcpt', reply: 451, text: reply }],
      [vanishes, { at: 'end', cut: true }],
    ];
    const ends: string[] = [];
    for (const [to, fault] of faults) {
      smtp.faultFor(1, fault);
      const id = await send(to);
      ends.push(
        await until('an outcome', async () => {
          const { rows } = await installation.admin.query<{ end: string }>(
            "SELECT status || ' ' || coalesce(reason, '') AS end FROM sending.message WHERE id = $1 AND attempt > 0 AND status <> 'started'",
            [id],
          );
          return rows[0]?.end;
        }),
      );
      smtp.fault = null;
    }
    expect(ends).toEqual([
      'failed provider_rejected',
      'failed provider_rejected',
      'queued provider_backoff',
      'unknown ',
    ]);

    // The one who got the mail looks at the way out and takes it.
    const mail = smtp.accepted[0]?.raw.toString('latin1').replaceAll('=\r\n', '') ?? '';
    expect(mail).toContain(the('Variable'));
    const token = /\/u\/([A-Za-z0-9_-]{80,})>/.exec(mail.replaceAll(/\r\n[ \t]/g, ''))?.[1] ?? '';
    words.set('Token', token);
    const { url } = installation.process('center');
    for (const [method, path] of [
      ['GET', token],
      ['POST', token],
      ['POST', `${token}x`],
      ['PUT', token],
      ['GET', `${the('Path')}%`],
    ] as const)
      await fetch(`${url}/u/${path}`, { method, headers: { 'user-agent': the('Agent'), cookie: the('Cookie') } });

    // What goes wrong at the door.
    const { key } = await installation.ok<{ key: string }>('POST', '/v1/keys', {
      body: { name: 'spare', scopes: ['setup:read'] },
    });
    words.set('Key', key.slice(-30));
    words.set('MasterKey', installation.masterKey);
    words.set('DatabasePassword', new URL(postgres.urls.app).password);
    const odd: [string, string, Parameters<Installation['request']>[2]][] = [
      ['GET', `/v1/contacts/${the('Unknown')}`, {}],
      ['GET', `/v1/contacts/${the('Unknown')}%00`, {}],
      ['GET', `/v1/contacts/${the('Unknown')}?x=${the('Query')}`, {}],
      ['GET', '/v1/purposes', { key: `cg_live_${the('BadKey')}` }],
      ['GET', '/v1/purposes', { key }],
      ['POST', '/v1/messages', { key, body: { to: fine, template: 'personal', topic: 'newsletter' } }],
      [
        'PUT',
        `/v1/contacts/${fine}`,
        { body: { contactPoints: [{ channel: 'email', address: `a@b, ${the('BadAddress')}@x` }] } },
      ],
      ['PUT', `/v1/contacts/${fine}`, { body: `{"attributes": ${the('HalfJson')}` }],
      ['PUT', `/v1/contacts/${fine}`, { body: { zone: the('Zone') } }],
      ['POST', `/v1/contacts/${fine}/consents`, { body: { ...consent('granted'), legalBasis: the('Basis') } }],
      [
        'POST',
        '/v1/messages',
        {
          body: { to: the('Nobody'), template: 'news', topic: 'newsletter' },
          headers: { 'idempotency-key': the('Idempotency') },
        },
      ],
      [
        'POST',
        '/v1/messages',
        { body: { to: fine, [the('Property')]: 1 }, headers: { 'idempotency-key': the('Idempotency') } },
      ],
      [
        'POST',
        '/v1/messages:bulk',
        {
          body: `{"to":"${the('BulkLine')}"\n{"idempotencyKey":"${the('Idempotency')}2","to":"${fine}","template":"personal","topic":"newsletter"}\n`,
          headers: { 'content-type': 'application/x-ndjson' },
        },
      ],
    ];
    for (const [method, path, request] of odd) await installation.request(method, path, request);

    // And inside: the database vanishes in the middle of everything, and comes back.
    const storm = Array.from({ length: 20 }, (_, i) => [
      installation.request('PUT', `/v1/contacts/${the(`Storm${i % 3}`)}`, {
        body: {
          attributes: { name: the('Name') },
          contactPoints: [{ channel: 'email', address: `${the('Address')}${i}@people.example` }],
        },
      }),
      installation.request('PUT', `/v1/purposes/p${i}`, {
        body: { enforcement: 'restrictive', legalBasis: 'consent', labels: { en: the('Label') } },
      }),
      send(fine).catch(() => null),
      fetch(`${url}/u/${token}`, { method: 'POST' }),
    ]).flat();
    await installation.admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> 'postgres' AND application_name LIKE 'consent-gateway%'",
    );
    await Promise.allSettled(storm);
    await postgres.kill();
    await Promise.allSettled([
      send(fine),
      installation.request('GET', `/v1/contacts/${fine}`),
      fetch(`${url}/u/${token}`, { method: 'POST' }),
    ]);
    await postgres.restart();
    for (const process of installation.processes) await process.ready();
    await worker.stop();
    await installation.process('api').stop();
    await installation.process('center').stop();

    for (const { app, output } of installation.processes) {
      expect(output().length).toBeGreaterThan(200);
      expect(found(`the log of the ${app}`, output())).toEqual([]);
    }
    expect(found('the queue', await queueDump())).toEqual([]);
    expect(postgres.log().length).toBeGreaterThan(200);
    expect(found('the log of the database', postgres.log())).toEqual([]);
    expect(words.size).toBeGreaterThan(35);
  }, 180_000);
};

// A wake-up is the same few ids in both queues, which their contract sees.
(LONG ? describeOnEachQueueBackend : describeOnPostgresQueues)('canaries in everything personal and secret', suite);
