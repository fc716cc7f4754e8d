import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Readable } from 'node:stream';
import { ImportService, MergeService } from '#lib/consent';
import { AcceptService } from '#lib/sending';
import { Gateway } from '../../../../test/support/gateway.js';

/** Two people who share one address, and what happens to them. */
type Step =
  | { readonly does: 'yes'; readonly who: 0 | 1 }
  | { readonly does: 'no'; readonly who: 0 | 1; readonly everything: boolean }
  | { readonly does: 'import'; readonly who: 0 | 1; readonly express: boolean; readonly old: boolean }
  | { readonly does: 'undo'; readonly which: number }
  /** The second turns out to be the first. */
  | { readonly does: 'merge' };

const who = fc.constantFrom<0 | 1>(0, 1);
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constant('yes' as const), who }),
  fc.record({ does: fc.constant('no' as const), who, everything: fc.boolean() }),
  fc.record({ does: fc.constant('import' as const), who, express: fc.boolean(), old: fc.boolean() }),
  fc.record({ does: fc.constant('undo' as const), which: fc.nat(3) }),
  fc.record({ does: fc.constant('merge' as const) }),
);

/** What each person said, numbered in the order in which it happened; a list's old claim happened before everything. */
interface Yes {
  who: 0 | 1;
  readonly at: number;
  /** When it was recorded; a list tells late. */
  readonly told: number;
  readonly express: boolean;
  undone: boolean;
}

interface No {
  who: 0 | 1;
  readonly at: number;
}

/**
 * Whether a message may rest on this yes. A no ends with an express yes of whoever said it; until then it holds for the
 * address, and only a later express yes gets past it. One's own no is never got past by something older.
 */
function mayCount(yes: Yes, yeses: readonly Yes[], noes: readonly No[]): boolean {
  if (yes.undone) return false;
  return noes.every((no) => {
    if (yes.express && yes.at > no.at) return true;
    const isLifted = yeses.some((other) => !other.undone && other.express && other.who === no.who && other.at > no.at);
    return isLifted && (no.who !== yes.who || yes.at > no.at);
  });
}

describe('imports, undoing them, merging and opt-outs of two people with one address', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await Gateway.start();
  }, 120_000);
  afterAll(async () => gateway.stop());

  let worlds = 0;
  it('never let a message to either pass that nobody said yes to after the last no', async () => {
    const seen = { passed: 0, refused: 0, merged: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 2, maxLength: 7 }), async (sequence) => {
        const world = `w${worlds++}`;
        const people = [`${world}-a`, `${world}-b`] as const;
        const address = `${world}@people.example`;
        for (const person of people) await gateway.contact(person, { consent: null, address });
        const yeses: Yes[] = [];
        const imports: { id: string; yes: Yes | null }[] = [];
        const noes: No[] = [];
        let time = 0;
        /** Of two who turned out to be one, what both had agreed to stands, and nothing else. */
        let merged: { at: number; stands: boolean } | null = null;
        const may = (index: 0 | 1): boolean =>
          yeses.some(
            (yes) =>
              yes.who === index &&
              mayCount(yes, yeses, noes) &&
              (merged === null || merged.stands || yes.told > merged.at),
          );
        for (const step of sequence) {
          time += 1;
          if (merged !== null && (step.does === 'merge' || ('who' in step && step.who === 1))) continue;
          if (step.does === 'yes') {
            await gateway.consent(people[step.who], 'granted');
            yeses.push({ who: step.who, at: time, told: time, express: true, undone: false });
          } else if (step.does === 'no') {
            await gateway.consent(people[step.who], 'withdrawn', step.everything ? [] : ['newsletter']);
            noes.push({ who: step.who, at: time });
          } else if (step.does === 'import') {
            const yes = { who: step.who, at: step.old ? -1 : time, told: time, express: step.express, undone: false };
            yeses.push(yes);
            imports.push({ id: await importYes(people[step.who], address, step.express, step.old), yes });
          } else if (step.does === 'merge') {
            merged = { at: time, stands: may(0) && may(1) };
            await gateway.get(MergeService).merge(gateway.brandId, people[0], people[1], 'spec');
            for (const said of [...yeses, ...noes]) said.who = 0;
            seen.merged += 1;
          } else {
            const chosen = imports[step.which];
            if (chosen === undefined) continue;
            await gateway.get(ImportService).undo(gateway.brandId, chosen.id, 'spec');
            if (chosen.yes !== null) chosen.yes.undone = true;
          }
          for (const index of [0, 1] as const) {
            const passes =
              (
                await gateway
                  .get(AcceptService)
                  .dryRun(
                    { brandId: gateway.brandId, test: false },
                    { to: people[index], template: 'news', topic: 'newsletter' },
                  )
              ).decision.reason === null;
            if (passes) expect([step, index, may(index)]).toEqual([step, index, true]);
            seen[passes ? 'passed' : 'refused'] += 1;
          }
        }
      }),
      { numRuns: 40 },
    );
    expect(Math.min(seen.passed, seen.refused, seen.merged)).toBeGreaterThan(5);
  }, 240_000);

  /** A list with one yes: from long ago, or of this moment. */
  async function importYes(externalId: string, address: string, express: boolean, old: boolean): Promise<string> {
    const row = {
      externalId,
      channel: 'email',
      address,
      purpose: 'commercial',
      topics: ['newsletter'],
      kind: express ? 'granted' : 'imported',
      occurredAt: new Date(old ? Date.UTC(2020, 0, 1) : Date.now()).toISOString(),
      method: 'web_form',
      wording: 'Yes',
    };
    const stream = Readable.from([Buffer.from(JSON.stringify(row))]);
    const request = { brandId: gateway.brandId, actor: 'spec', format: 'ndjson', source: null, dryRun: false } as const;
    for await (const step of gateway.get(ImportService).run(stream, request)) {
      if (step.kind === 'end' && step.summary.id !== null) return step.summary.id;
    }
    throw new Error('no summary');
  }
});
