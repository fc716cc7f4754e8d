import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Readable } from 'node:stream';
import { ContactService, ImportService, MergeService, type PageLink, PreferenceService } from '#lib/consent';
import { AcceptService } from '#lib/sending';
import { Gateway } from '../../../../test/support/gateway.js';
import { runs } from '../../../../test/support/runs.js';

const TOPICS = ['newsletter', 'events'] as const;
type Topic = (typeof TOPICS)[number];

/** Two people who share one address, and what happens to them. */
type Step =
  | { readonly does: 'yes'; readonly who: 0 | 1; readonly topic: Topic }
  | { readonly does: 'no'; readonly who: 0 | 1; readonly topic: Topic; readonly everything: boolean }
  | {
      readonly does: 'import';
      readonly who: 0 | 1;
      readonly topic: Topic;
      readonly express: boolean;
      readonly old: boolean;
    }
  | { readonly does: 'undo'; readonly which: number }
  /** On the person's own page. */
  | { readonly does: 'leave'; readonly who: 0 | 1; readonly topic: Topic; readonly everything: boolean }
  /** What was last left on the page is taken back there. */
  | { readonly does: 'take back' }
  /** The second turns out to be the first. */
  | { readonly does: 'merge' };

const EVIDENCE = { details: {}, wording: () => 'words of a button' };

const who = fc.constantFrom<0 | 1>(0, 1);
const topic = fc.constantFrom(...TOPICS);
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constant('yes' as const), who, topic }),
  fc.record({ does: fc.constant('no' as const), who, topic, everything: fc.boolean() }),
  fc.record({ does: fc.constant('import' as const), who, topic, express: fc.boolean(), old: fc.boolean() }),
  fc.record({ does: fc.constant('undo' as const), which: fc.nat(3) }),
  fc.record({ does: fc.constant('leave' as const), who, topic, everything: fc.boolean() }),
  fc.record({ does: fc.constant('take back' as const) }),
  fc.record({ does: fc.constant('merge' as const) }),
);

const LIST = { does: 'import', who: 0, topic: 'newsletter', express: true, old: false } as const;
const LEFT = { does: 'leave', who: 0, topic: 'newsletter', everything: false } as const;
/** Each with one thing in it that taking back must not reach across; drawn by chance they would be rare. */
const AROUND_TAKING_BACK: readonly (readonly Step[])[] = [
  [{ does: 'yes', who: 0, topic: 'events' }, { ...LEFT, topic: 'events', everything: true }, { does: 'take back' }],
  [LIST, LEFT, { does: 'undo', which: 0 }, { does: 'take back' }],
  [LIST, LEFT, { does: 'take back' }, { does: 'undo', which: 0 }],
  [LIST, LEFT, { does: 'no', who: 0, topic: 'newsletter', everything: true }, { does: 'take back' }],
  [LIST, LEFT, { does: 'no', who: 1, topic: 'newsletter', everything: false }, { does: 'take back' }],
  [LIST, { does: 'no', who: 0, topic: 'newsletter', everything: false }, LEFT, { does: 'take back' }],
  [LIST, { ...LIST, who: 1 }, LEFT, { does: 'merge' }, { does: 'take back' }],
];

const YES = { does: 'yes', who: 0, topic: 'newsletter' } as const;
const NO = { does: 'no', who: 0, topic: 'newsletter', everything: false } as const;
const MERGE = { does: 'merge' } as const;
/** Each with somebody who turns out to be somebody else; so few sequences by chance might not have enough of them. */
const AROUND_MERGING: readonly (readonly Step[])[] = [
  [YES, { ...YES, who: 1 }, MERGE],
  [YES, { ...YES, who: 1 }, { ...NO, who: 1 }, MERGE, YES],
  [YES, { ...YES, who: 1, topic: 'events' }, MERGE],
  [YES, { ...LIST, who: 1 }, MERGE, { does: 'undo', which: 0 }],
  [YES, { ...YES, who: 1 }, { ...LEFT, who: 1, everything: true }, MERGE, { ...LIST, old: true }, YES],
  [{ ...LIST, old: true }, { ...LIST, who: 1, express: false }, { ...NO, everything: true }, MERGE, LIST],
];

const EXAMPLES = [...AROUND_TAKING_BACK, ...AROUND_MERGING];

/** What each person said, numbered in the order in which it happened; a list's old claim happened before everything. */
interface Yes {
  who: 0 | 1;
  readonly topic: Topic;
  readonly at: number;
  /** When it was recorded; a list tells late. */
  readonly told: number;
  readonly express: boolean;
  undone: boolean;
}

interface No {
  who: 0 | 1;
  /** Null: everything. */
  readonly topic: Topic | null;
  readonly at: number;
  /** As if it had never been said. */
  takenBack: boolean;
}

/**
 * Whether a message may rest on this yes. A no to its topic, or to everything, holds for the address: no yes from before
 * gets past it, whoever said it and whoever comes back. What a list merely claims does not get past it either before
 * whoever said no has said yes again.
 */
function mayCount(yes: Yes, yeses: readonly Yes[], noes: readonly No[]): boolean {
  if (yes.undone) return false;
  return noes.every((no) => {
    if (no.takenBack) return true;
    if (no.topic !== null && no.topic !== yes.topic) return true;
    if (yes.at <= no.at) return false;
    return (
      yes.express ||
      yeses.some(
        (other) =>
          !other.undone &&
          other.express &&
          other.who === no.who &&
          other.at > no.at &&
          (no.topic === null || other.topic === no.topic),
      )
    );
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
    const seen = { passed: 0, refused: 0, merged: 0, valid: 0 };
    const takenBack = { done: 0, notDone: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 2, maxLength: 7 }), async (sequence) => {
        const world = `w${worlds++}`;
        const people = [`${world}-a`, `${world}-b`] as const;
        const address = `${world}@people.example`;
        for (const person of people) await gateway.contact(person, { consent: null, address });
        const yeses: Yes[] = [];
        const imports: { id: string; yes: Yes | null }[] = [];
        const noes: No[] = [];
        let change: { id: string; no: No; link: PageLink } | null = null;
        let time = 0;
        /** Of two who turned out to be one, what both had agreed to stands, and nothing else. */
        let merged: { at: number; stand: readonly Topic[] } | null = null;
        const may = (index: 0 | 1, about: Topic): boolean =>
          yeses.some(
            (yes) =>
              yes.who === index &&
              yes.topic === about &&
              mayCount(yes, yeses, noes) &&
              (merged === null || merged.stand.includes(about) || yes.told > merged.at),
          );
        const passes = async (index: 0 | 1, about: Topic): Promise<boolean> => {
          const request = { to: people[index], template: 'news', topic: about };
          const sender = { brandId: gateway.brandId, test: false };
          return (await gateway.get(AcceptService).dryRun(sender, request)).decision.reason === null;
        };
        for (const step of sequence) {
          time += 1;
          if (merged !== null && (step.does === 'merge' || ('who' in step && step.who === 1))) continue;
          if (step.does === 'yes') {
            await gateway.consent(people[step.who], 'granted', [step.topic]);
            yeses.push({ who: step.who, topic: step.topic, at: time, told: time, express: true, undone: false });
            // Said last of all, and to this: it counts.
            expect([step, await passes(step.who, step.topic)]).toEqual([step, true]);
            seen.valid += 1;
          } else if (step.does === 'no') {
            await gateway.consent(people[step.who], 'withdrawn', step.everything ? [] : [step.topic]);
            noes.push({ who: step.who, topic: step.everything ? null : step.topic, at: time, takenBack: false });
          } else if (step.does === 'leave') {
            const no: No = { who: step.who, topic: step.everything ? null : step.topic, at: time, takenBack: false };
            const link = await linkOf(people[step.who]);
            const id = await leave(link, no.topic);
            noes.push(no);
            change = id === null ? change : { id, no, link };
          } else if (step.does === 'take back') {
            if (change === null) continue;
            const { id, no, link } = change;
            const answer = await gateway.get(PreferenceService).undo(link, id, null, EVIDENCE);
            if (answer?.kind === 'done') no.takenBack = true;
            takenBack[answer?.kind === 'done' ? 'done' : 'notDone'] += 1;
          } else if (step.does === 'import') {
            const { topic: about, express } = step;
            const yes = { who: step.who, topic: about, at: step.old ? -1 : time, told: time, express, undone: false };
            yeses.push(yes);
            imports.push({ id: await importYes(people[step.who], address, about, express, step.old), yes });
          } else if (step.does === 'merge') {
            merged = { at: time, stand: TOPICS.filter((about) => may(0, about) && may(1, about)) };
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
            for (const about of TOPICS) {
              const passed = await passes(index, about);
              if (passed) expect([step, index, about, may(index, about)]).toEqual([step, index, about, true]);
              seen[passed ? 'passed' : 'refused'] += 1;
            }
          }
        }
      }),
      {
        numRuns: runs(40) + EXAMPLES.length,
        examples: EXAMPLES.map((sequence): [Step[]] => [[...sequence]]),
      },
    );
    expect(Math.min(seen.passed, seen.refused, seen.merged, seen.valid)).toBeGreaterThan(5);
    expect(Math.min(takenBack.done, takenBack.notDone)).toBeGreaterThan(1);
    // Said one after the other within a millisecond, and none known before it was said.
    expect(await gateway.asAdmin('SELECT kind FROM consent.consent_event WHERE occurred_at > recorded_at')).toEqual([]);
  }, 240_000);

  /** A fresh link to the page of somebody. */
  async function linkOf(externalId: string): Promise<PageLink> {
    const person = await gateway.get(ContactService).find(gateway.brandId, externalId);
    const point = person?.contactPoints[0];
    if (point === undefined) throw new Error('everybody has an address');
    return { access: 'manage', contactPointId: point.id, scopeId: null, messageId: null, expiresAt: null };
  }

  /** @param about null: everything @returns id of the change; null when there was nothing to leave */
  async function leave(link: PageLink, about: Topic | null): Promise<string | null> {
    const preferences = gateway.get(PreferenceService);
    const view = await preferences.view(link, null);
    const scopeId = view?.facts.purposes.flatMap(({ topics }) => topics).find(({ key }) => key === about)?.id;
    const wish =
      scopeId === undefined
        ? ({ act: 'stop_all' } as const)
        : ({ act: 'leave', scopeId, pointId: link.contactPointId } as const);
    const answer = await preferences.apply(link, wish, null, EVIDENCE);
    return answer?.kind === 'done' ? answer.changeId : null;
  }

  /** A list with one yes: from long ago, or of this moment. */
  async function importYes(
    externalId: string,
    address: string,
    about: Topic,
    express: boolean,
    old: boolean,
  ): Promise<string> {
    const row = {
      externalId,
      channel: 'email',
      address,
      purpose: 'commercial',
      topics: [about],
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
