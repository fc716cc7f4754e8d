import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { makeConfirmToken, makeManageToken, makeOptOutToken } from '#lib/consent';
import type { ContactPointId, MessageId } from '#lib/kernel';
import { CenterWorld, type SomePerson } from './testing/center-world.js';

/** Everything by which whoever asks could tell one wrong link from another, with the work that was done for it. */
interface Seen {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: string;
  readonly statements: readonly string[];
}

const HOUR = 3_600_000;

describe('a link that is not ours, too old, or leads nowhere', () => {
  let world: CenterWorld;
  let person: SomePerson;
  /** Tokens by what is wrong with them. */
  const pages: Record<string, string> = {};
  const exits: Record<string, string> = {};
  const confirmations: Record<string, string> = {};
  beforeAll(async () => {
    world = await CenterWorld.start();
    person = await world.person();
    const { links } = world.keys;
    const point = world.email(person);
    const nobody = randomUUID() as ContactPointId;
    const soon = Date.now() + HOUR;
    const optOut = { contactPointId: point, scopeId: world.topics.newsletter, messageId: randomUUID() as MessageId };
    const moved = await world.person();
    const former = { contactPointId: world.email(moved), messageId: null, expiresAt: soon };
    await world.db.tx.execute`UPDATE consent.contact_point SET ended_at = now() WHERE id = ${former.contactPointId}`;

    const manage = makeManageToken(links, { contactPointId: point, messageId: null, expiresAt: soon });
    Object.assign(pages, {
      'forged in one character': flipped(manage),
      'made with another key': makeManageToken(randomBytes(32), { ...former, contactPointId: point }),
      'that has expired': makeManageToken(links, { contactPointId: point, messageId: null, expiresAt: Date.now() - 1 }),
      'to nobody': makeManageToken(links, { ...former, contactPointId: nobody }),
      'to an address that its person has no longer': makeManageToken(links, former),
      'that is no token': 'x',
    });
    Object.assign(exits, {
      'forged in one character': flipped(makeOptOutToken(links, optOut)),
      'made with another key': makeOptOutToken(randomBytes(32), optOut),
      'to nobody': makeOptOutToken(links, { ...optOut, contactPointId: nobody }),
      'of another kind': manage,
      'that is no token': 'x',
    });

    const asked = async (): Promise<string> => tokenOf(await world.confirmation(await world.person([])));
    const over = await asked();
    await world.db.tx.execute`UPDATE consent.double_opt_in SET expires_at = date_trunc('milliseconds', now())`;
    const gone = await asked();
    await world.db.tx.execute`DELETE FROM consent.double_opt_in WHERE expires_at > now()`;
    const refuser = await world.person([]);
    const refused = tokenOf(await world.confirmation(refuser));
    await world.consent(refuser.externalId, 'withdrawn', []);
    const open = await asked();
    Object.assign(confirmations, {
      'forged in one character': flipped(open),
      'made with another key': makeConfirmToken(randomBytes(32), {
        ...{ optInId: randomUUID(), contactPointId: point, brandId: world.brandId },
      }),
      'that is over': over,
      'whose request is gone': gone,
      'whose subject was refused since': refused,
      'of another kind': manage,
      'that is no token': 'x',
    });
  }, 120_000);
  afterAll(() => world.end());

  const look = async (method: string, path: string): Promise<Seen> => {
    const { statements, answer, body } = await watched(async () => {
      const got = await fetch(`${world.url}${path}`, { method, redirect: 'manual' });
      return { answer: got, body: await got.text() };
    });
    const headers = [...answer.headers].filter(([name]) => name !== 'date').map(([name, value]) => `${name}: ${value}`);
    return { status: answer.status, headers, body, statements };
  };

  it.each([
    ['GET', '/p/', '', () => pages],
    ['HEAD', '/p/', '', () => pages],
    ['POST', '/p/', '', () => pages],
    ['POST', '/p/', '?act=save', () => pages],
    ['POST', '/p/', '?act=stop_all', () => pages],
    ['GET', '/u/', '', () => exits],
    ['POST', '/u/', '', () => exits],
    ['POST', '/u/', '?act=leave', () => exits],
    ['GET', '/c/', '', () => confirmations],
    ['GET', '/c/', '/not-me', () => confirmations],
    ['POST', '/c/', '', () => confirmations],
  ])('%s %s…%s gets the same answer for the same work, whatever is wrong', async (method, start, end, tokens) => {
    const seen = new Map<string, Seen>();
    for (const [wrong, token] of Object.entries(tokens()))
      seen.set(wrong, await look(method, `${start}${token}${end}`));
    const [first] = seen.values();
    expect(first?.status).toBe(404);
    expect(first?.statements.length).toBeGreaterThan(0);
    for (const [wrong, one] of seen) expect({ wrong, ...one }).toEqual({ wrong, ...first });
  });

  it('is answered with other work than a good one, so that this is seen here', async () => {
    const good = await look('GET', new URL(await world.manage(person)).pathname);
    const bad = await look('GET', `/p/${pages['that has expired'] ?? ''}`);
    expect([good.status, bad.status]).toEqual([200, 404]);
    expect(good.statements.length).toBeGreaterThan(bad.statements.length);
  });
});

type Query = (this: unknown, ...given: readonly unknown[]) => unknown;

/** What `work` does, with every statement that is sent to PostgreSQL meanwhile; the center runs in this process. */
async function watched<T extends object>(work: () => Promise<T>): Promise<T & { statements: string[] }> {
  const statements: string[] = [];
  const query = Reflect.get(pg.Client.prototype, 'query') as Query;
  const watching: Query = function (this: unknown, ...given) {
    const [first] = given;
    statements.push(typeof first === 'string' ? first : ((first as { text?: string }).text ?? ''));
    return Reflect.apply(query, this, given);
  };
  Reflect.set(pg.Client.prototype, 'query', watching);
  try {
    return { ...(await work()), statements };
  } finally {
    Reflect.set(pg.Client.prototype, 'query', query);
  }
}

const tokenOf = (url: string): string => new URL(url).pathname.split('/').at(-1) ?? '';

/** The same with another last character, which is part of the code. */
const flipped = (token: string): string => token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A');
