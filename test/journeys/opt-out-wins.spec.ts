import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../apps/cli/src/database/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { LONG } from '../support/form.js';
import { consent, Installation } from '../support/installation.js';
import { type SmtpTestServer, startSmtpServer } from '../support/smtp-server.js';
import { readTruth } from '../support/truth.js';
import { until } from '../support/until.js';

/** What one way out was answered. */
interface Left {
  /** Messages that the answer names as on their way; null where it only counts them. */
  readonly inFlight: readonly string[] | null;
  /** The entry that took it back, where the person's entries disclose nothing any more. */
  readonly request?: string;
}

/** Leaves, by the header of a mail that arrived or by the id of its message where the way needs one. */
type Way = (contact: string, mail: () => Promise<string>, message: string) => Promise<Left>;

/** In the short form: of each kind of answer, and those of which nothing is left to ask. */
const IN_SHORT = new Set(['the api', 'one click', 'the page, everything', 'an erasure', 'a keyword', 'an import']);
/** The one way for which somebody else must have left before. */
const MERGE = 'a merge with somebody who left';
const PER_WAY = 3;
const MESSAGES = 5;

describe('an opt-out against the hand-overs around it', () => {
  let database: TestDatabase;
  let installation: Installation;
  let smtp: SmtpTestServer;

  beforeAll(async () => {
    [database, smtp] = await Promise.all([createTestDatabase(), startSmtpServer()]);
    const port = await freePort();
    const center = {
      CENTER_PORT: String(port),
      CENTER_URL: `http://127.0.0.1:${port}`,
      UNSUBSCRIBE_MAILBOX: 'leave@north.example',
    };
    installation = new Installation(database.urls, 'postgres', center);
    await Promise.all((['api', 'worker', 'center'] as const).map((app) => installation.startReady(app)));
    await installation.startReady('worker');
    await installation.setUp(smtp.port);
  }, 120_000);
  afterAll(async () => {
    await installation.end();
    await Promise.all([database.drop(), smtp.close()]);
  }, 60_000);

  const send = async (to: string): Promise<string> =>
    (
      await installation.ok<{ id: string }>('POST', '/v1/messages', {
        body: { to, template: 'news', topic: 'newsletter' },
        headers: { 'idempotency-key': randomUUID() },
      })
    ).id;
  /** Null when there is nobody of that name any more. */
  const sendOrNobody = async (to: string): Promise<string | null> => {
    try {
      return await send(to);
    } catch (error) {
      if (String(error).includes('"unknown_contact"')) return null;
      throw error;
    }
  };
  /** The List-Unsubscribe of a mail that reached the contact, unfolded. */
  const wayOut = async (contact: string): Promise<string> => {
    const raw = await until('a mail', () =>
      smtp.arrived.find(({ recipients }) => recipients[0] === `${contact}@people.example`),
    );
    const [, value] = /^list-unsubscribe: (.+(?:\r\n[ \t].+)*)$/im.exec(raw.raw.toString('latin1')) ?? [];
    return value?.replace(/\r\n[ \t]+/g, ' ') ?? '';
  };

  const press = async (url: string, act: string, status: 200 | 303): Promise<Left> => {
    expect((await fetch(`${url}?act=${act}`, { method: 'POST', redirect: 'manual' })).status).toBe(status);
    return { inFlight: null };
  };

  const WAYS: Readonly<Record<string, Way>> = {
    'the api': async (contact) =>
      installation.ok<{ inFlight: string[] }>('POST', `/v1/contacts/${contact}/consents`, {
        body: consent('withdrawn'),
      }),
    'an objection': async (contact) =>
      installation.ok<{ inFlight: string[] }>('POST', `/v1/contacts/${contact}/consents`, {
        body: consent('objected', []),
      }),
    'one click': async (_contact, mail) => {
      const url = /<(http[^>]+)>/.exec(await mail())?.[1] ?? '';
      const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
      expect((await fetch(url, { method: 'POST', body })).status).toBe(200);
      return { inFlight: null };
    },
    'the page, one topic': async (_contact, mail) => press(/<(http[^>]+)>/.exec(await mail())?.[1] ?? '', 'leave', 200),
    'the page, everything': async (contact) => {
      const { url } = await installation.ok<{ url: string }>('POST', `/v1/contacts/${contact}/preference-link`, {
        body: { channel: 'email' },
      });
      return press(url, 'stop_all', 303);
    },
    'an erasure': async (contact) => installation.ok<Left>('POST', `/v1/contacts/${contact}/erasure`, { body: {} }),
    [MERGE]: async (contact) =>
      installation.ok<Left>('POST', `/v1/contacts/${contact}/merge`, { body: { from: `${contact}-too` } }),
    'a suppression': async (contact) =>
      installation.ok<Left>('POST', '/v1/suppressions', {
        body: { channel: 'email', address: `${contact}@people.example`, reason: 'manual' },
      }),
    'a mail to the mailbox': async (contact, mail) => {
      const token = /subject=([^>]+)>/.exec(await mail())?.[1] ?? '';
      const body = `From: ${contact}@people.example\r\nSubject: ${token}\r\n\r\n`;
      const headers = { 'content-type': 'message/rfc822' };
      const answer = await installation.ok<{ outcome: string; inFlight: string[] }>('POST', '/v1/inbound/mail', {
        body,
        headers,
      });
      expect(answer.outcome).toBe('left');
      return answer;
    },
    'a keyword': async (contact) =>
      installation.ok<{ inFlight: string[] }>('POST', '/v1/inbound/texts', {
        body: { channel: 'email', from: `${contact}@people.example`, text: 'STOP' },
      }),
    'a complaint': async (_contact, _mail, message) => {
      const event = { id: randomUUID(), type: 'complained', message, at: new Date().toISOString() };
      const { results } = await installation.ok<{ results: Left[] }>('POST', '/v1/events', {
        body: { events: [event] },
      });
      return results[0] ?? { inFlight: [] };
    },
    'an import': async (contact) => {
      const body = `externalId,channel,address,purpose,topics,kind\n${contact},email,${contact}@people.example,commercial,newsletter,withdrawn\n`;
      const headers = { 'content-type': 'text/csv' };
      const answer = await installation.request('POST', '/v1/contacts:import?results=none', { body, headers });
      return (JSON.parse(answer.text) as { import: Left }).import;
    },
  };

  it.each(Object.keys(WAYS).filter((name) => LONG || IN_SHORT.has(name)))(
    'by %s: none starts at a later position of the ledger, and all that fly are named',
    async (name) => {
      const way = WAYS[name];
      if (way === undefined) throw new Error('no such way');
      const contacts = Array.from({ length: PER_WAY }, (_, i) => `${name.replaceAll(/[ ,]+/g, '-')}-${i}`);
      await Promise.all(contacts.map((contact) => installation.contact(contact)));
      for (const contact of name === MERGE ? contacts : []) {
        await installation.contact(`${contact}-too`);
        await installation.ok('POST', `/v1/contacts/${contact}-too/consents`, { body: consent('withdrawn') });
      }
      // A first mail, from which whoever leaves by a link has it.
      const first = await Promise.all(contacts.map(send));
      await installation.ended(first);
      smtp.fault = { at: 'end', delayMs: 300 };
      const results = await Promise.all(
        contacts.map(async (contact, i) => {
          const sending = Array.from({ length: MESSAGES }, () => sendOrNobody(contact));
          await sleep(i * 60);
          // Sending goes on until after the answer, however long the way takes: the last one comes too late.
          let answered = false;
          const goingOn = (async () => {
            for (let last = false; !last; await sleep(100)) {
              last = answered;
              const sent = sendOrNobody(contact);
              sending.push(sent);
              await sent;
            }
          })();
          const { inFlight, request } = await way(contact, () => wayOut(contact), first[i] ?? '').finally(() => {
            answered = true;
          });
          await goingOn;
          return { contact, inFlight, request, messages: await Promise.all(sending) };
        }),
      );
      await installation.ended(results.flatMap(({ messages }) => messages.filter((id) => id !== null)));
      smtp.fault = null;
      await readTruth(installation); // by now every entry has its position

      let late = 0;
      for (const { contact, inFlight, request, messages } of results) {
        const left = request === undefined ? await leftAt(contact) : await positionOf(request);
        for (const id of messages) {
          if (id === null) {
            expect([contact, request === undefined]).toEqual([contact, false]); // erased, and then asked for
            late += 1;
            continue;
          }
          const { steps, status } = await stepsOf(id);
          const starts = [...steps.entries()].filter(([, { type }]) => type === 'send.handover_started');
          if (starts.length === 0) {
            expect(status).toBe('dropped');
            late += 1;
            continue;
          }
          expect([contact, starts.filter(([, { position }]) => position > left)]).toEqual([contact, []]);
          // Of each hand-over until what came of it: one that was put off waits, and flies no more.
          const flew = starts.some(([at]) => (steps[at + 1]?.position ?? NaN) > left);
          if (inFlight !== null) expect([id, inFlight.includes(id), steps]).toEqual([id, flew, steps]);
        }
        // Afterwards nothing is even queued.
        const after = await sendOrNobody(contact);
        expect([contact, after === null]).toEqual([contact, request !== undefined]);
        if (after !== null) expect((await stepsOf(after)).status).toBe('dropped');
      }
      expect(late).toBeGreaterThan(0);
    },
    120_000,
  );

  const stepsOf = (id: string) =>
    installation.ok<{ status: string; steps: { type: string; position: number }[] }>(
      'GET',
      `/v1/messages/${id}/explain`,
    );

  const positionOf = async (entryId: string): Promise<number> => {
    const { rows } = await installation.admin.query<{ idx: string }>('SELECT idx FROM ledger.log WHERE id = $1', [
      entryId,
    ]);
    return Number(rows[0]?.idx);
  };

  /** The position at which the person's first entry stands that takes something back. */
  const leftAt = async (contact: string): Promise<number> => {
    const { rows } = await installation.admin.query<{ idx: string }>(
      `SELECT min(l.idx) AS idx
         FROM consent.contact c
         JOIN ledger.disclosure d ON d.subject_id = c.subject_id
         JOIN ledger.entry e ON e.n = d.n
         JOIN ledger.log l ON l.id = e.id
        WHERE c.external_id = $1
          AND convert_from(e.leaf, 'UTF8') ~ '"t":"(consent.(withdrawn|objected|invalidated)|suppression.added|erasure.executed)"'`,
      [contact],
    );
    const idx = rows[0]?.idx;
    if (idx == null) throw new Error(`${contact} has not left`);
    return Number(idx);
  };
});
