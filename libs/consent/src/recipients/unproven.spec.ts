import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import {
  ConsentService,
  ExportService,
  ImportService,
  type PageLink,
  PreferenceService,
  recipientStore,
  StandingService,
} from '#lib/consent';
import type { ContactPointId } from '#lib/kernel';
import { Database } from '#lib/platform';
import { Gateway } from '../../../../test/support/gateway.js';
import { eachReachable } from './everybody.store.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.start();
  await gateway.tx.execute`
    INSERT INTO consent.purpose (id, brand_id, key, enforcement, legal_basis, labels)
    VALUES (gen_random_uuid(), ${gateway.brandId}, 'mailing', 'permissive', 'legitimate_interests', '{"en":"Mailing"}')`;
});
afterAll(async () => gateway.stop());

const list = async (externalId: string, more: object): Promise<void> => {
  const row = { externalId, channel: 'email', address: `${externalId}@people.example`, purpose: 'mailing', ...more };
  const steps = gateway.get(ImportService).run(Readable.from([Buffer.from(`${JSON.stringify(row)}\n`)]), {
    ...{ brandId: gateway.brandId, actor: 'spec', format: 'ndjson', source: 'list', dryRun: false },
  });
  for await (const step of steps) if (step.kind === 'end') expect(step.summary.counts.refused).toBe(0);
};
const say = (externalId: string, more: object) =>
  gateway.get(ConsentService).record(
    gateway.brandId,
    externalId,
    {
      ...{ channel: 'email', purpose: 'mailing', topics: [], kind: 'granted', legalBasis: 'consent', method: 'x' },
      ...{ evidence: {}, ...more },
    },
    'spec',
  );
const pointOf = async (externalId: string): Promise<ContactPointId> => {
  const [row] = await gateway.tx.sql<{ id: ContactPointId }>`
    SELECT p.id FROM consent.contact_point p JOIN consent.contact c ON c.id = p.contact_id WHERE c.external_id = ${externalId}`;
  if (row === undefined) throw new Error('nobody');
  return row.id;
};
const PEOPLE = ['bare', 'api', 'shown', 'told'] as const;
const agreed = async (people: readonly string[] = PEOPLE): Promise<string[]> => {
  const points = new Map(await Promise.all(people.map(async (one) => [await pointOf(one), one] as const)));
  const states = await recipientStore.consents(gateway.tx, [...points.keys()]);
  const hasAgreed = (id: ContactPointId): boolean =>
    [...(states.get(id)?.values() ?? [])].some(({ status }) => status === 'granted');
  return [...points].filter(([id]) => hasAgreed(id)).map(([, one]) => one);
};
const told = async (): Promise<string[]> => {
  const found: string[] = [];
  for (const one of PEOPLE) {
    const standings = await gateway.get(StandingService).find(gateway.brandId, one);
    if (standings?.points.some(({ states }) => states.some(({ status }) => status === 'granted'))) found.push(one);
  }
  return found;
};
const agreedInReports = async (): Promise<number> => {
  const [purpose] = await gateway.tx.sql<{ id: string }>`SELECT id FROM consent.purpose WHERE key = 'mailing'`;
  let n = 0;
  const asked = { brandId: gateway.brandId, channel: null, at: Date.now(), asksBases: true };
  await gateway.get(Database).transaction((tx) =>
    eachReachable(tx, asked, ({ states }) => {
      if (states.has(purpose?.id ?? '')) n += 1;
    }),
  );
  return n;
};
const enforce = (enforcement: string) =>
  gateway.tx.execute`UPDATE consent.purpose SET enforcement = ${enforcement} WHERE key = 'mailing'`;

it('counts a yes that nothing shows for as long as none is needed, by whatever door it came', async () => {
  await list('bare', {});
  await list('shown', { occurredAt: '2026-01-01T00:00:00Z', method: 'web_form', wording: 'Yes, please.' });
  for (const one of ['api', 'told']) await list(one, { purpose: undefined });
  await say('api', {});
  await say('told', { wording: 'Yes, please.' });
  expect([await agreed(), await agreedInReports()]).toEqual([[...PEOPLE], 4]);
  expect(await told()).toEqual([...PEOPLE]);
  await enforce('restrictive');
  expect([await agreed(), await agreedInReports()]).toEqual([['shown', 'told'], 2]);
  expect(await told()).toEqual(['shown', 'told']);
  await say('bare', { wording: 'Yes, please.' });
  expect(await agreed()).toEqual(['bare', 'shown', 'told']);
  await enforce('permissive');
  expect(await agreed()).toEqual([...PEOPLE]);
});

it('lets a yes that nothing shows take the place of none that can be shown, and of no no', async () => {
  await enforce('permissive');
  const shown = { occurredAt: '2026-01-01T00:00:00Z', method: 'web_form', wording: 'Yes, please.' };
  const found = { occurredAt: '2026-01-01T00:00:00Z', method: 'web_form', source: 'https://shop.example/form' };
  for (const one of ['said', 'said-left', 'bare-first']) await list(one, { purpose: undefined });
  await say('said', { occurredAt: Date.parse('2026-01-01T00:00:00Z'), wording: 'Yes, please.' });
  await list('listed', shown);
  for (const one of ['said', 'listed']) expect((await say(one, {})).events).toMatchObject([{ effective: false }]);
  await list('listed-twice', found);
  await list('listed-twice', { occurredAt: '2026-03-01T00:00:00Z' });
  // What is shown later takes the place of what is not, also where it says the same.
  await say('bare-first', {});
  await list('bare-first', found);
  await list('same', { occurredAt: found.occurredAt });
  await list('same', found);
  // Whoever left is not brought back by it, whenever it is said to have been said.
  await say('said-left', { kind: 'withdrawn', legalBasis: 'withdrawal' });
  await expect(say('said-left', { occurredAt: Date.now() })).rejects.toThrow('Only a yes that can be shown');
  await expect(say('said-left', {})).rejects.toThrow('send occurredAt');
  await enforce('restrictive');
  const everybody = ['said', 'listed', 'listed-twice', 'bare-first', 'same', 'said-left'];
  expect(await agreed(everybody)).toEqual(everybody.slice(0, -1));
  await say('said-left', { occurredAt: Date.now(), wording: 'Yes, please.' });
  expect(await agreed(everybody)).toEqual(everybody);
});

it('folds anew what the release before had taken from it', async () => {
  const states = () =>
    gateway.asAdmin('SELECT * FROM consent.consent_state ORDER BY contact_point_id, scope_id') as Promise<object[]>;
  const now = await states();
  await gateway.asAdmin(`
    UPDATE consent.consent_state s
       SET status = 'granted', since = e.occurred_at, valid_until = e.valid_until, imported = e.kind = 'imported', event_id = e.id
      FROM consent.consent_event e
     WHERE e.contact_point_id = s.contact_point_id AND coalesce(e.topic_id, e.purpose_id) = s.scope_id
       AND e.evidence @> '{"unproven": true}'`);
  const before = await states();
  expect(before.filter((row, i) => !isDeepStrictEqual(row, now[i]))).toHaveLength(6);
  const migration = new URL(
    'prisma/migrations/20261220004000_what_nothing_shows/migration.sql',
    `file://${process.cwd()}/`,
  );
  await gateway.asAdmin(readFileSync(migration, 'utf8'));
  expect(await states()).toEqual(now);
});

it('has nothing where somebody took back all that they ever said', async () => {
  await enforce('permissive');
  await list('undone', { purpose: undefined });
  const contactPointId = await pointOf('undone');
  const link: PageLink = { contactPointId, scopeId: null, messageId: null, access: 'manage', expiresAt: null };
  const words = { details: {}, wording: () => 'words of a button' };
  const stopped = await gateway.get(PreferenceService).apply(link, { act: 'stop_all' }, null, words);
  if (stopped?.kind !== 'done' || stopped.changeId === null) throw new Error('was not left');
  const reported = await agreedInReports();
  expect([
    ...((await recipientStore.consents(gateway.tx, [contactPointId])).get(contactPointId)?.keys() ?? []),
  ]).not.toEqual([]);
  await gateway.get(PreferenceService).undo(link, stopped.changeId, null, words);
  expect((await recipientStore.consents(gateway.tx, [contactPointId])).get(contactPointId)?.size ?? 0).toBe(0);
  expect(await agreedInReports()).toBe(reported - 1);
});

it('and has what stood before where they had agreed, which the receipts of both tell', async () => {
  await list('back', { purpose: undefined });
  await say('back', { wording: 'Yes, please.', occurredAt: Date.parse('2026-01-01T00:00:00Z') });
  const contactPointId = await pointOf('back');
  const link: PageLink = { contactPointId, scopeId: null, messageId: null, access: 'manage', expiresAt: null };
  const words = { details: {}, wording: () => 'words of a button' };
  const stopped = await gateway.get(PreferenceService).apply(link, { act: 'stop_all' }, null, words);
  if (stopped?.kind !== 'done' || stopped.changeId === null) throw new Error('was not left');
  await gateway.get(PreferenceService).undo(link, stopped.changeId, null, words);
  const history = (await gateway.get(ConsentService).history(gateway.brandId, 'back')) ?? [];
  const events = history.flatMap((point) => point.events).filter(({ purpose }) => purpose === 'mailing');
  expect(events.map(({ kind }) => kind)).toEqual(['granted', 'withdrawn', 'invalidated']);
  const [yes, no, undo] = await Promise.all(
    events.map(({ id }) => gateway.get(ExportService).receipt(gateway.brandId, 'back', id)),
  );
  expect(undo).toMatchObject({ takesBack: { taken: { id: no?.event.id }, stands: { id: yes?.event.id } } });
  expect(no).toMatchObject({ takesBack: null, takenBack: { id: undo?.event.id }, ends: 'consent' });
  expect(yes).toMatchObject({ takesBack: null, takenBack: null });
  const others = (await gateway.get(ConsentService).history(gateway.brandId, 'undone')) ?? [];
  const alone = others.flatMap((point) => point.events).findLast(({ purpose }) => purpose === 'mailing');
  const receipt = await gateway.get(ExportService).receipt(gateway.brandId, 'undone', alone?.id ?? '');
  expect(receipt.takesBack).toMatchObject({ taken: { kind: 'withdrawn' }, stands: null });
});
