import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { ContactService, ImportService, MergeService } from '#lib/consent';
import { Gateway } from '../../../../test/support/gateway.js';

type Kind = 'granted' | 'withdrawn' | 'refused';

/** What others do at an address that somebody has, before that person gets another one. */
interface Case {
  readonly name: string;
  /** Of others at the address, one after the other. */
  readonly said: readonly (readonly [other: string, kind: Kind, topics: readonly string[]])[];
  /** Whether they have lost the address to somebody else by then. */
  readonly lost?: boolean;
  /** Kinds and whether of a topic, at the contact point that is given. */
  readonly begins: readonly (readonly [kind: string, ofTopic: boolean])[];
}

const CASES: readonly Case[] = [
  { name: 'left a purpose', said: [['q', 'withdrawn', []]], begins: [['withdrawn', false]] },
  { name: 'left a topic', said: [['q', 'withdrawn', ['newsletter']]], begins: [['withdrawn', true]] },
  { name: 'only declined', said: [['q', 'refused', []]], begins: [] },
  { name: 'agreed', said: [['q', 'granted', ['newsletter']]], begins: [] },
  { name: 'left and lost the address', said: [['q', 'withdrawn', []]], lost: true, begins: [] },
  {
    name: 'left, as one of two',
    said: [
      ['q', 'withdrawn', []],
      ['r', 'granted', ['newsletter']],
    ],
    begins: [['withdrawn', false]],
  },
];

describe('an address that somebody gets', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await Gateway.start();
  });
  afterAll(async () => gateway.stop());

  const list = async (rows: readonly object[], batchRows = 1000): Promise<void> => {
    const body = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    const steps = gateway.get(ImportService).run(Readable.from([Buffer.from(body)]), {
      ...{ brandId: gateway.brandId, actor: 'spec', format: 'ndjson', source: 'list.ndjson' },
      ...{ dryRun: false, batchRows },
    });
    for await (const step of steps)
      if (step.kind === 'rows') expect(step.rows.map(({ code }) => code)).not.toContain('invalid');
  };
  const eventsAt = async (address: string): Promise<unknown[]> =>
    gateway.asAdmin(`
      SELECT e.kind, e.topic_id IS NOT NULL AS "ofTopic", e.method
        FROM consent.consent_event e JOIN consent.contact_point p ON p.id = e.contact_point_id
       WHERE p.address = '${address}' ORDER BY e.recorded_at, e.id`);

  it.each(CASES)('begins alike by a list and by a program, where somebody else there $name', async (one) => {
    const at = `c${CASES.indexOf(one)}`;
    const shared = `${at}@people.example`;
    const had = { channel: 'email', address: shared } as const;
    for (const [other] of one.said) await gateway.contact(`${at}-${other}`, { consent: null, address: shared });
    for (const [other, kind, topics] of one.said) await gateway.consent(`${at}-${other}`, kind, topics);
    if (one.lost === true) await gateway.get(MergeService).reassigned(gateway.brandId, had, null, 'spec');
    for (const who of ['by-list', 'by-program'])
      await gateway.contact(`${at}-${who}`, { consent: null, address: shared });
    for (const channel of ['email', 'sms'] as const) {
      const given = (who: string): string =>
        channel === 'email' ? `${at}-${who}-new@people.example` : `+49301234${CASES.indexOf(one)}${who.length}`;
      const points = [had, { channel, address: given('by-program') }];
      await gateway.get(ContactService).put(gateway.brandId, `${at}-by-program`, { contactPoints: points }, 'spec');
      await list([{ externalId: `${at}-by-list`, channel, address: given('by-list') }]);
      const begins = one.begins.map(([kind, ofTopic]) => ({ kind, ofTopic, method: 'carried_over' }));
      expect([channel, await eventsAt(given('by-program'))]).toEqual([channel, begins]);
      expect([channel, await eventsAt(given('by-list'))]).toEqual([channel, begins]);
    }
  });

  it.each([1, 1000])(
    'begins with what others refuse there earlier in the same list, %i rows at a time',
    async (size) => {
      const pairs = Array.from({ length: 6 }, (_, i) => `b${size}-${i}`);
      const at = (name: string): { channel: string; address: string } => ({
        channel: 'email',
        address: `${name}@people.example`,
      });
      for (const pair of pairs)
        for (const who of ['p', 'q'])
          await gateway.contact(`${pair}-${who}`, { consent: null, address: at(pair).address });
      const rows = pairs.flatMap((pair) => [
        { externalId: `${pair}-q`, ...at(pair), purpose: 'commercial', kind: 'withdrawn' },
        { externalId: `${pair}-p`, ...at(`${pair}-new`) },
      ]);
      await list(rows, size);
      for (const pair of pairs)
        expect(await eventsAt(at(`${pair}-new`).address)).toMatchObject([
          { kind: 'withdrawn', method: 'carried_over' },
        ]);
    },
  );
});
