import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Readable } from 'node:stream';
import { ImportService, type ImportSummary, type RowResult } from '#lib/consent';
import { Gateway } from '../../../../test/support/gateway.js';
import { runs } from '../../../../test/support/runs.js';

const DAY = 86_400_000;

/** Rows about few people at few addresses, so that nearly each meets another. */
const rows = fc.array(
  fc.record({
    who: fc.nat(2),
    address: fc.nat(2),
    kind: fc.constantFrom('granted', 'imported', 'withdrawn', 'refused'),
    topics: fc.constantFrom<string[]>([], ['newsletter'], ['newsletter', 'events']),
    daysAgo: fc.option(fc.integer({ min: 1, max: 6 })),
    language: fc.constantFrom(undefined, 'de', 'fr'),
  }),
  { minLength: 2, maxLength: 14 },
);
const ROW = { who: 0, address: 0, kind: 'granted' as const, topics: [] as string[], daysAgo: 1, language: undefined };
/** Two kinds of no at one instant, at an address that somebody else gets and loses again. */
const SAME_TIME = [
  { ...ROW, who: 1, address: 1, kind: 'refused' as const, topics: ['newsletter', 'events'], daysAgo: 2 },
  { ...ROW, who: 1, address: 1, kind: 'withdrawn' as const, topics: ['newsletter'], daysAgo: 2 },
  { ...ROW, address: 1 },
  { ...ROW, topics: ['newsletter'] },
];
const OTHER_WAY_ROUND = [...SAME_TIME.slice(0, 2).toReversed(), ...SAME_TIME.slice(2)];
const batchRows = fc.integer({ min: 1, max: 6 });

describe('a dry run', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await Gateway.start();
  });
  afterAll(async () => gateway.stop());

  const run = async (body: string, dryRun: boolean, atOnce: number) => {
    const results: RowResult[] = [];
    const steps = gateway.get(ImportService).run(Readable.from([Buffer.from(body)]), {
      ...{ brandId: gateway.brandId, actor: 'spec', format: 'ndjson', source: 'list.ndjson' },
      ...{ dryRun, batchRows: atOnce },
    });
    let summary: ImportSummary | null = null;
    for await (const step of steps) {
      if (step.kind === 'end') ({ summary } = step);
      else results.push(...step.rows);
    }
    return { counts: summary?.counts, results };
  };

  it('says of each row and in sum what the import does, wherever in the file it has met its people before', async () => {
    const base = Date.now();
    let worlds = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(rows, { minLength: 1, maxLength: 2 }), batchRows, batchRows, async (files, a, b) => {
        const world = (worlds += 1);
        for (const file of files) {
          const body = file
            .map(({ who, address, kind, topics, daysAgo, language }) =>
              JSON.stringify({
                ...{ externalId: `w${world}-${who}`, channel: 'email', address: `w${world}-${address}@people.example` },
                ...{ purpose: 'commercial', topics, kind, method: 'web_form', wording: 'Yes', language },
                ...(daysAgo === null ? {} : { occurredAt: new Date(base - daysAgo * DAY).toISOString() }),
              }),
            )
            .join('\n');
          const said = await run(body, true, a);
          const done = await run(body, false, b);
          if (JSON.stringify(done) !== JSON.stringify(said))
            process.stderr.write(
              JSON.stringify(
                await gateway.asAdmin(
                  `select c.external_id, s.* from consent.consent_state s join consent.contact_point p on p.id=s.contact_point_id join consent.contact c on c.id=p.contact_id where c.external_id like 'w${world}-%'`,
                ),
                null,
                1,
              ) +
                JSON.stringify(
                  await gateway.asAdmin(
                    `select c.external_id, e.id, e.kind, e.topic_id, e.occurred_at from consent.consent_event e join consent.contact_point p on p.id=e.contact_point_id join consent.contact c on c.id=p.contact_id where c.external_id like 'w${world}-%'`,
                  ),
                  null,
                  1,
                ),
            );
          expect(done).toEqual(said);
        }
      }),
      {
        numRuns: runs(40),
        examples: [
          [[SAME_TIME], 1, 2],
          [[SAME_TIME], 2, 1],
          [[OTHER_WAY_ROUND], 2, 1],
          [[[ROW, { ...ROW, language: 'fr' as const }]], 2, 1],
        ],
      },
    );
    expect(await gateway.asAdmin('SELECT key FROM consent.import_rehearsal')).toEqual([]);
  }, 180_000);

  it('that broke off is cleared away once it is over, and one at work is not', async () => {
    const left = async (): Promise<number> =>
      ((await gateway.asAdmin('SELECT count(*)::int AS n FROM consent.import_rehearsal')) as { n: number }[])[0]?.n ??
      NaN;
    const begin = async (who: string) => {
      const line = (i: number): string => `${JSON.stringify({ externalId: `${who}-${i}` })}\n`;
      const body = Readable.from([Buffer.from([1, 2, 3].map(line).join(''))]);
      const steps = gateway.get(ImportService).run(body, {
        ...{ brandId: gateway.brandId, actor: 'spec', format: 'ndjson', source: null },
        ...{ dryRun: true, batchRows: 2 },
      });
      await steps.next();
      return steps;
    };
    await begin('killed'); // Never asked for more, as by a process that died.
    await gateway.asAdmin(`UPDATE consent.import_rehearsal SET at = now() - interval '61 minutes'`);
    const running = await begin('running');
    expect(await left()).toBe(6);
    expect(await gateway.get(ImportService).forgetBrokenOff()).toBe(1);
    expect(await left()).toBe(3);
    await running.return(undefined);
    expect(await left()).toBe(0);
  });
});
