import { type CapUse, capHorizonMs, decide, type Decision, type Facts, type Policy } from '#lib/decision';
import type { BrandId, EpochMs, SubjectId } from '#lib/kernel';
import { type LedgerService, type NewEntry, WrittenJson } from '#lib/ledger';
import { type Database, newId } from '#lib/platform';
import { policyHash, reference, toRecord } from '#lib/sending';
import { drawOf } from './figures.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WEEKS = 12;
const BATCH = 500;
const CAMPAIGNS = ['spring', 'autumn', 'welcome', 'winback', 'fair', 'webinar', 'survey', 'anniversary'];

interface Person {
  readonly id: string;
  readonly subjectId: SubjectId;
  readonly uses: CapUse[];
}

/** A message, and the next time the pipeline looks at it. */
interface Step {
  readonly at: EpochMs;
  readonly message: string;
  readonly person: Person;
  readonly campaign: string;
  readonly acceptedAt: EpochMs;
  readonly isFirst: boolean;
}

/**
 * Twelve weeks of decisions about the people of a seeded brand, each made by `decide` on facts as the gateway builds them
 * and written by the ledger's own service as the pipeline writes it: one when a message is accepted, one when it is handed
 * over, at once or when a hold ends. What counts under caps is what went before.
 */
export class Past {
  private readonly draw = drawOf(20_261_126);
  private readonly waiting: Step[] = [];
  private written = 0;

  private constructor(
    private readonly database: Database,
    private readonly ledger: LedgerService,
    private readonly brandId: BrandId,
    private readonly policy: Policy,
    private readonly people: readonly Person[],
    private readonly decisions: number,
    private readonly end: EpochMs,
  ) {}

  static async of(database: Database, ledger: LedgerService, decisions: number, end: EpochMs): Promise<Past> {
    const [row] = await database.tx.sql<{ brandId: BrandId; body: Omit<Policy, 'key' | 'version'> }>`
      SELECT brand_id AS "brandId", body FROM sending.policy WHERE key = 'default' AND version = 1`;
    if (row === undefined) throw new Error('the policy of the bench is not there');
    const people = await database.tx.sql<{ id: string; subjectId: SubjectId }>`
      SELECT id, subject_id AS "subjectId" FROM consent.contact WHERE brand_id = ${row.brandId} ORDER BY external_id`;
    const policy = { ...row.body, key: 'default', version: 1 };
    return new Past(database, ledger, row.brandId, policy, people.map((p) => ({ ...p, uses: [] })), decisions, end); // prettier-ignore
  }

  /** Goes on until that many decisions are written; answers how many are. */
  async write(upTo: number): Promise<number> {
    let entries: NewEntry[] = [];
    const flush = async (): Promise<void> => {
      await this.database.transaction((tx) => this.ledger.append(tx, entries));
      entries = [];
    };
    while (this.written < upTo) {
      entries.push(this.take(this.nextStep()));
      if (entries.length === BATCH) await flush();
    }
    await flush();
    return this.written;
  }

  /** What is due, or else a new message; two decisions each, so half as many messages fill the weeks. */
  private nextStep(): Step {
    const newAt = this.end - WEEKS * 7 * DAY + (this.written / this.decisions) * WEEKS * 7 * DAY;
    const [due] = this.waiting;
    if (due !== undefined && due.at <= newAt) {
      this.waiting.shift();
      return due;
    }
    const person = this.people[Math.floor(this.draw() ** 2 * this.people.length)] ?? this.people[0];
    if (person === undefined) throw new Error('the bench has no people');
    const campaign = CAMPAIGNS[Math.floor(this.draw() * CAMPAIGNS.length)] ?? 'spring';
    const at = Math.round(newAt);
    return { at, message: newId(), person, campaign, acceptedAt: at, isFirst: true };
  }

  private take(step: Step): NewEntry {
    const { at, message, person, isFirst } = step;
    const facts = this.factsOf(step);
    const decision = decide(facts, this.policy, at, reference);
    this.written++;
    const isHandedOver = !isFirst && decision.outcome === 'pass';
    if (isHandedOver) person.uses.push(useOf(facts, at));
    else if (decision.outcome !== 'drop') this.wait({ ...step, at: decision.until ?? at + 2_000, isFirst: false });
    const about = { at, brandId: this.brandId, subjectId: person.subjectId };
    const clear = this.inClear(facts, decision, isFirst, isHandedOver);
    const told = { message: { id: message }, checks: WrittenJson.of(toRecord(decision, facts)) };
    if (isHandedOver)
      return { type: 'send.handover_started', ...about, clear, disclosed: { ...told, handover: { attempt: 1 } } };
    if (!isFirst) return { type: 'send.decided', ...about, clear, disclosed: told };
    const who = { contact: { id: person.id, point: null }, campaign: {}, topic: {} };
    return { type: 'send.accepted', ...about, clear, disclosed: { ...told, ...who } };
  }

  private inClear({ message }: Facts, decision: Decision, isFirst: boolean, isHandedOver: boolean) {
    return {
      ch: message.channel,
      mc: message.class,
      out: decision.outcome,
      reason: decision.reason,
      pol: this.hash,
      tpl: isFirst ? this.hash : null,
      tz: decision.local.tzdb,
      rules: decision.rules,
      att: isHandedOver ? 1 : null,
    };
  }

  private get hash(): string {
    return (this.known ??= policyHash(this.policy).toString('hex'));
  }
  private known: string | undefined;

  private factsOf({ at, person, campaign, acceptedAt }: Step): Facts {
    const consent = { status: 'granted', since: this.end - 400 * DAY, validUntil: null, eventId: person.id } as const;
    const since = at - capHorizonMs(this.policy);
    while ((person.uses[0]?.at ?? Infinity) <= since) person.uses.shift();
    return {
      message: { class: 'commercial', channel: 'email', sendAt: null, expiresAt: acceptedAt + 3 * DAY, acceptedAt },
      contact: { zone: 'Europe/Berlin', erased: false, pausedUntil: null, segments: [] },
      contactPoint: { valid: true },
      brand: { zone: 'Europe/Berlin', country: 'DE' },
      purpose: { key: 'commercial', enforcement: 'restrictive' },
      topic: { key: 'newsletter' },
      campaign: { key: campaign, status: 'active' },
      consent: { purpose: consent, topic: consent },
      suppressions: [],
      capUses: [...person.uses],
      rates: [],
    };
  }

  /** In order of time. Those who wait do so for about as long, so the place is near the end. */
  private wait(step: Step): void {
    let i = this.waiting.length;
    while (i > 0 && (this.waiting[i - 1]?.at ?? 0) > step.at) i--;
    this.waiting.splice(i, 0, step);
  }
}

function useOf({ message, purpose, topic, campaign }: Facts, at: EpochMs): CapUse {
  const { channel, class: messageClass } = message;
  return {
    ...{ at, channel, class: messageClass, purpose: purpose.key },
    ...{ topic: topic?.key ?? null, campaign: campaign?.key ?? null, segments: [] },
  };
}
