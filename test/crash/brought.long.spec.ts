import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CrashPoint } from '#lib/platform';
import { type DurablePostgres, startDurablePostgres } from '../support/durable-postgres.js';
import { Installation } from '../support/installation.js';
import { type SmppCenter, startSmppCenter } from '../support/smpp-center.js';
import { until } from '../support/until.js';

/** Where the worker dies by itself; null: it is killed at some instant from outside. */
const DEATHS: readonly (CrashPoint | null)[] = [
  'brought.after_keep',
  'brought.after_hear',
  'brought.after_read',
  null,
  null,
  null,
];
const PEOPLE = 8;
const KILLED = { code: null, signal: 'SIGKILL' };

/** What a center brings, over and over until it is told that we have it. */
interface Item {
  readonly body: Buffer;
  isTaken: boolean;
}

describe('workers that are killed with kill -9 while a center brings receipts and parts of long texts', () => {
  let postgres: DurablePostgres;
  let installation: Installation;
  let center: SmppCenter;
  const items: Item[] = [];
  let times = 0;
  /** The center answers what it takes in a round no earlier than this; receipts come long before that. */
  let mayAnswer: Promise<void>;

  beforeAll(async () => {
    center = await startSmppCenter();
    center.idOf = ({ destination }, nth) => `m-${destination.address}-${nth}`;
    center.react = ({ destination }, nth) => {
      items.push(receiptOf(destination.address, nth));
      return { after: mayAnswer };
    };
    postgres = await startDurablePostgres();
    installation = new Installation(postgres.urls, 'postgres');
    await installation.startReady('api');
    await installation.setUp(1);
    await installation.ok('POST', '/v1/templates', {
      body: {
        key: 'text',
        channel: 'sms',
        class: 'transactional',
        defaultLanguage: 'en',
        contents: { en: { text: 'Hi' } },
      },
    });
    const settings = {
      host: '127.0.0.1',
      port: center.port,
      secure: 'none',
      systemId: 'spec',
      from: 'Spec',
      answers: [],
    };
    await installation.ok('PUT', '/v1/providers/center', {
      body: { kind: 'smpp', channel: 'sms', settings, secret: { password: 'secret' } },
    });
    await installation.startReady('worker');
    await until('a bind', () => center.binds.length === 1);
  }, 120_000);
  afterAll(async () => {
    await installation.end();
    await Promise.all([postgres.remove(), center.close()]);
  });

  /** Brings whatever is not known to be taken, several at a time, as centers do. */
  const bringAll = async (): Promise<void> => {
    const open = items.filter(({ isTaken }) => !isTaken);
    times += open.length;
    await Promise.all(
      open.map(async (item) => {
        item.isTaken = await Promise.race([center.bring(item.body), sleep(20_000, false)]);
      }),
    );
  };

  it.each(DEATHS.map((point, round) => ({ point, round })))(
    'round $round, at $point: nothing that was acknowledged is lost, and nothing counts twice',
    async ({ point, round }) => {
      const people = Array.from({ length: PEOPLE }, (_, i) => ({
        name: `r${round}-${i}`,
        number: `4917012345${round}${i}`,
      }));
      for (const { name, number } of people) {
        await installation.ok('PUT', `/v1/contacts/${name}`, {
          body: { contactPoints: [{ channel: 'sms', address: `+${number}` }] },
        });
        await installation.ok('POST', `/v1/contacts/${name}/consents`, {
          body: { channel: 'sms', purpose: 'commercial', topics: ['newsletter'], kind: 'granted', legalBasis: 'consent', method: 'web_form', wording: 'Yes.' }, // prettier-ignore
        });
      }
      const sendAll = async (): Promise<string[]> => {
        const more = { template: 'text', topic: undefined, purpose: 'transactional' };
        return (await Promise.all(people.map(({ name }) => installation.send(name, more)))).map(
          ({ id }) => id ?? 'none',
        );
      };
      // What people answer: a message that has left.
      mayAnswer = Promise.resolve();
      const first = await sendAll();
      await installation.ended(first);

      let answer = (): void => undefined;
      mayAnswer = new Promise((resolve) => (answer = resolve));
      const ids = [...first, ...(await sendAll())];
      await until('all texts on their way', () => center.submitted.length === (round + 1) * 2 * PEOPLE);
      const binds = center.binds.length;
      const dying = await installation.startReady('worker', point === null ? {} : { CRASH_AT: point });
      await until('the other bind', () => center.binds.length > binds);

      for (const [i, { number }] of people.entries()) items.push(...partsOf(number, round, i % 2 === 0));
      if (point === null) setTimeout(() => void dying.kill(), 30 + 60 * (round - 3));
      for (let more = 0; more < 50 && dying.exit() === null; more++) await Promise.all([bringAll(), sleep(100)]);
      expect(dying.exit()).toEqual(KILLED);
      answer();

      expect([...(await installation.ended(ids)).values()]).toEqual(ids.map(() => 'sent'));
      await until('everything to be taken', async () => {
        await bringAll();
        return items.every(({ isTaken }) => isTaken);
      });
      await until('everything to be understood', async () => (await waiting(ids)) === 0, 90_000);

      const touches = await rows<{ name: string; types: string[] }>(
        `SELECT c.external_id AS name, array_agg(t.type ORDER BY t.type) AS types
           FROM sending.touch t JOIN consent.contact c ON c.id = t.contact_id
          WHERE t.message_id = ANY ($1) GROUP BY 1 ORDER BY 1`,
        [ids],
      );
      expect(touches).toEqual(
        people.map(({ name }, i) => ({
          name,
          types: ['delivered', 'delivered', ...(i % 2 === 0 ? [] : ['replied']), 'sent', 'sent'],
        })),
      );
      const left = await rows<{ name: string; n: string }>(
        `SELECT c.external_id AS name, count(*) AS n
           FROM consent.consent_event e JOIN consent.contact_point p ON p.id = e.contact_point_id
           JOIN consent.contact c ON c.id = p.contact_id
          WHERE e.kind IN ('withdrawn', 'objected') AND e.topic_id IS NOT NULL AND c.external_id LIKE $1
          GROUP BY 1 ORDER BY 1`,
        [`r${round}-%`],
      );
      expect(left).toEqual(people.filter((_, i) => i % 2 === 0).map(({ name }) => ({ name, n: '1' })));
    },
    240_000,
  );

  it('brought again what it was not told of, and the log has an entry for each touch', async () => {
    expect(times).toBeGreaterThan(items.length);
    const [counted] = await rows<{ touches: string; entries: string }>(
      `SELECT count(*) AS touches, count(DISTINCT entry_id) AS entries FROM sending.touch WHERE type IN ('delivered', 'replied')`,
      [],
    );
    expect(counted?.entries).toBe(counted?.touches);
  });

  const rows = async <R extends object>(sql: string, values: readonly unknown[]): Promise<R[]> =>
    (await installation.admin.query<R>(sql, [...values])).rows;

  /** What of these messages' receipts is missing, and parts that nobody has read. */
  const waiting = async (ids: readonly string[]): Promise<number> => {
    const [row] = await rows<{ n: string }>(
      `SELECT (SELECT count(*) FROM sending.brought WHERE together IS NOT NULL AND read_at IS NULL)
            + (SELECT count(*) FROM unnest($1::uuid[]) AS id
                WHERE NOT EXISTS (SELECT 1 FROM sending.touch WHERE message_id = id AND type = 'delivered')) AS n`,
      [ids],
    );
    return Number(row?.n);
  };
});

function receiptOf(number: string, nth: number): Item {
  return itemOf(number, 0x04, Buffer.from(`id:m-${number}-${nth} sub:001 dlvrd:001 stat:DELIVRD err:000`, 'latin1'));
}

/** A sentence in three parts, in the wrong order: of somebody who leaves, or who says something else. */
function partsOf(number: string, reference: number, isLeaving: boolean): Item[] {
  const words = isLeaving
    ? ['Guten Tag! Bitte senden Sie mir ', 'keine weite', 'ren Nachrichten.']
    : [`Guten Tag, hier ist ${number}, `, 'das Angebot gefaellt mir, ', 'rufen Sie mich gern an.'];
  const parts = words.map((said, i) =>
    itemOf(
      number,
      0x40,
      Buffer.concat([Buffer.of(5, 0, 3, reference, words.length, i + 1), Buffer.from(said, 'latin1')]),
    ),
  );
  return [2, 0, 1].flatMap((i) => parts[i] ?? []);
}

/** A deliver_sm from this number to ours (SMPP 3.4, 4.6.1). */
function itemOf(number: string, esmClass: number, said: Buffer): Item {
  const head = Buffer.from(`\0\x01\x01${number}\0\x05\0Spec\0`, 'latin1');
  return {
    body: Buffer.concat([head, Buffer.of(esmClass, 0, 0, 0, 0, 0, 0, 0, 0, said.length), said]),
    isTaken: false,
  };
}
