import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { Installation } from '../support/installation.js';
import { describeOnEachQueueBackend } from '../support/queue-backends.js';
import { type SmtpTestServer, startSmtpServer } from '../support/smtp-server.js';
import { until } from '../support/until.js';

/** As many as a worker takes up at once, three times five hundred, and as many again behind them. */
const MAILING = 3_000;
const PEOPLE = 50;

describeOnEachQueueBackend('a message that somebody waits for, behind a mailing to a slow mail server', (backend) => {
  let database: TestDatabase;
  let installation: Installation;
  let smtp: SmtpTestServer;

  beforeAll(async () => {
    [database, smtp] = await Promise.all([createTestDatabase(), startSmtpServer()]);
    // Nothing is woken twice meanwhile: what is sent was in the queue once.
    installation = new Installation(database.urls, backend.queueUrl, { WAKE_UP_SECONDS: '600' });
    await installation.startReady('api');
    await installation.setUp(smtp.port);
    smtp.fault = { at: 'end', delayMs: 100 };
    const people = await installation.contacts(PEOPLE);
    await Promise.all(['early', 'late'].map((name) => installation.contact(name)));
    await installation.sendBulk(Array.from({ length: MAILING }, (_, i) => people[i % PEOPLE] ?? ''));
    await sendReceipt('early');
    await installation.startReady('worker');
  }, 120_000);
  afterAll(async () => {
    await installation.end();
    await Promise.all([database.drop(), smtp.close()]);
  }, 60_000);

  const sendReceipt = (to: string) =>
    installation.send(to, { template: 'receipt', topic: undefined, purpose: 'transactional' });
  const hasMail = (name: string): boolean =>
    smtp.accepted.some(({ recipients }) => recipients[0] === `${name}@people.example`);

  it('leaves with the first of it, where it came later and before any worker was there', async () => {
    await until('the receipt', () => hasMail('early'));
    // Beside it no more than the first parts of two other wake-ups, of twenty each.
    expect(smtp.accepted.length).toBeLessThan(60);
  });

  it('leaves soon while workers have their hands full of the mailing, which goes on', async () => {
    // Each of the three wake-ups that are under way takes half a minute in all.
    await until('the mailing to be under way', () => smtp.accepted.length > 100);
    await sendReceipt('late');
    const before = smtp.accepted.length;
    await until('the receipt', () => hasMail('late'));
    expect(smtp.accepted.length - before).toBeLessThan(500);
    const after = smtp.accepted.length;
    await until('more of the mailing', () => smtp.accepted.length > after + 50);
  });
});
