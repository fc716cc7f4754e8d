import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { ContactPointId, EntryId, EpochMs } from '#lib/kernel';
import { LedgerService, type NewEntry, WrittenJson } from '#lib/ledger';
import { Database, type Tx } from '#lib/platform';
import { type ConsentChange, ConsentService } from '../consents/consent.service.js';
import { isFirstTime } from '../consents/carried-wish.js';
import { UNDONE_BY } from '../consents/domain/consent-fold.js';
import { jurisdictionOf } from '../consents/domain/jurisdiction.js';
import { type LockedContact, lockByLink, whoIs } from '../consents/locked-contact.js';
import type { Evidence } from '../consents/consent.store.js';
import { InFlight } from '../consents/in-flight.js';
import { takeBack } from '../consents/take-back.js';
import { leaveEverything } from '../consents/leave-everything.js';
import { contactStore } from '../contacts/contact.store.js';
import { type Choice, CHOICES, choicesOf, only, withChoices } from '../contacts/domain/choices.js';
import { databaseNow } from '../database-now.js';
import type { PageLink } from '../links/page-link.js';
import { SuppressionService } from '../suppressions/suppression.service.js';
import { cellKey, cellsOf, pointsOf } from './domain/cells.js';
import { versionOf } from './page-version.js';
import {
  type PlannedConsent,
  planPreferences,
  type PreferencePlan,
  type PreferenceRequest,
} from './domain/plan-preferences.js';
import { isNoChange, planUndo, type UndoPlan } from './domain/plan-undo.js';
import type { PointFacts, PreferenceFacts } from './domain/preference-facts.js';
import { loadFacts } from './load-facts.js';
import { preferenceStore } from './preference.store.js';
import type { PageEvidence, PreferenceAnswer, PreferenceView } from './preference-view.js';
import { undoUntil } from './domain/undo-right.js';
import { recordOf } from './record-of.js';
import {
  asStoppedLast,
  savedBefore,
  sentBefore,
  type StoppedBefore,
  stoppedBefore,
  undoneBefore,
} from './sent-before.js';
import { pastOf, sinceChange } from './since-change.js';
import { noticesOf, recordShown, type ShownNotice } from './shown-notice.js';

/** Among so many of the newest, the one on which a message relied is looked for. */
const MAX_AGREEMENTS = 200;

/** Shows people what they chose, and carries out what they choose. */
@Injectable()
export class PreferenceService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(ConsentService) private readonly consents: ConsentService,
    @Inject(SuppressionService) private readonly suppressions: SuppressionService,
    @Inject(InFlight) private readonly inFlight: InFlight,
  ) {}

  /**
   * Null when the link names nobody; the caller answers as for a forged one. Writes nothing.
   * @param part of what was agreed to, counted from the newest
   * @param undoSecret that the answer to the change told
   */
  async view(
    given: PageLink,
    changeId: string | null,
    part = { from: 0, most: 0 },
    undoSecret: string | null = null,
  ): Promise<PreferenceView | null> {
    return this.database.transaction(async (tx) => {
      const link = { ...given, contactPointId: await contactStore.followMerge(tx, given.contactPointId) };
      // A link that may add something ends with its address: whoever reads there now may be somebody else.
      const found = await contactStore.findByContactPoint(tx, link.contactPointId, link.access === 'manage');
      const person = await whoIs(tx, found);
      if (found === null || person === null) return null;
      const contact = { ...person, brandId: found.brandId };
      const now = await databaseNow(tx);
      const facts = await loadFacts(tx, this.inFlight, contact, link.contactPointId, now);
      const cells = cellsOf(facts, now);
      const ended = await contactStore.pointsEnded(tx, contact.id);
      const pointIds = [...new Set([...facts.points, ...ended].map(({ id }) => id))];
      const brand = await preferenceStore.brand(tx, contact.brandId);
      const change = changeId === null ? null : await preferenceStore.change(tx, contact.id, changeId);
      return {
        brand,
        externalId: contact.externalId,
        pointId: link.contactPointId,
        facts,
        cells,
        version: versionOf(facts, cells, brand),
        now,
        notices: link.access === 'manage' ? await noticesOf(tx, facts.brandId, brand.page) : [],
        change,
        undoUntil: change === null ? null : undoUntil(link, change, hashOf(undoSecret)),
        record: await recordOf(tx, link, pointIds, part),
        agreements: link.access === 'manage' ? await preferenceStore.agreements(tx, pointIds, MAX_AGREEMENTS) : [],
        erasure: await preferenceStore.erasureAsked(tx, contact.id),
      };
    });
  }

  /**
   * Carries out one POST in one transaction under the contact's lock, with a ledger entry for each change.
   * Null when the link names nobody.
   * @param version of the page it was made on; null where it does not matter, as when somebody leaves
   */
  async apply(
    given: PageLink,
    request: PreferenceRequest,
    version: string | null,
    evidence: PageEvidence,
  ): Promise<PreferenceAnswer | null> {
    return this.change(given, evidence, async (tx, contact, facts, now, link) => {
      const { undoSecret } = evidence;
      const before = await sentBefore(tx, link, contact, facts, request.act, hashOf(undoSecret ?? null), now);
      if (before !== null) return { kind: 'done', changeId: before.id, inFlight: before.inFlight, undoSecret };
      const brand = await preferenceStore.brand(tx, facts.brandId);
      const holder = { access: link.access, pointId: link.contactPointId };
      const meant = request.act === 'leave' ? { ...request, pointId: link.contactPointId } : request;
      const planned = planPreferences(facts, holder, meant, now);
      if (version !== null && version !== versionOf(facts, cellsOf(facts, now), brand)) {
        return { kind: 'stale', savedBy: isNoChange(planned) ? await savedBefore(tx, link, contact, facts) : null };
      }
      const first = await withoutNewer(tx, contact.id, planned, evidence.occurredAt ?? null);
      const objected = objectedAt(facts, pointsOf(first.turnedOn));
      const isAgain = request.act === 'stop_all' && first.consents.length + first.turnedOff.length === 0;
      const goesOnFrom = isAgain ? await stoppedBefore(tx, link, contact, facts, now) : null;
      const doing = { link, contact, facts, now, plan: first, act: request.act, undoOf: null, evidence, goesOnFrom };
      const saysYes = first.consents.some(({ kind }) => kind === 'granted');
      const shown = saysYes ? await recordShown(tx, this.ledger, facts.brandId, evidence.notice ?? null, now) : null;
      if (shown === 'stale') return { kind: 'stale', savedBy: null };
      if (objected.length === 0) return this.carryOut(tx, { ...doing, shown });
      for (const point of objected) await this.leaveAllAgain(tx, doing, point);
      const left = await loadFacts(tx, this.inFlight, contact, link.contactPointId, now);
      return this.carryOut(tx, { ...doing, shown, facts: left, plan: planPreferences(left, holder, meant, now) });
    });
  }

  /** Takes a change back, by events of its own, as far as nothing happened since; see `undoUntil` for who may. */
  async undo(
    given: PageLink,
    changeId: string,
    undoSecret: string | null,
    evidence: PageEvidence,
  ): Promise<PreferenceAnswer | null> {
    return this.change(given, evidence, async (tx, contact, facts, now, link) => {
      const named = await preferenceStore.change(tx, contact.id, changeId);
      const change = await asStoppedLast(tx, link, contact, named);
      const until = change === null ? null : undoUntil(link, { ...change, undone: false }, hashOf(undoSecret));
      if (change === null || until === null || now > until) return { kind: 'not_undone' };
      if (change.undone) {
        const before = await undoneBefore(tx, contact, facts, change);
        return before === null
          ? { kind: 'not_undone' }
          : { kind: 'done', changeId: before.id, inFlight: before.inFlight };
      }
      const pointIds = facts.points.map(({ id }) => id);
      const since = await sinceChange(tx, contact.id, pointIds, change.at);
      if (since.isLeaving) return { kind: 'not_undone' };
      const holder = { access: link.access, pointId: link.contactPointId };
      const said = await preferenceStore.saidBy(tx, change.id);
      const ids = new Set([...said.noes, ...said.yeses].map(({ id }) => id));
      const past = await pastOf(tx, facts, change.at, ids, since);
      const plan = planUndo(facts, holder, { ...change, ...said }, past, now);
      if (isNoChange(plan)) return { kind: 'not_undone' };
      await this.suppressions.restoreObjections(tx, pointsOf(plan.turnedOff), change.at, now);
      return this.carryOut(tx, { link, contact, facts, now, plan, act: 'undo', undoOf: change.id, evidence });
    });
  }

  /**
   * Records that a person asks to be erased, and stops everything at once. Whether evidence must be kept, and who they
   * are, is for the controller to look at; the entry in the ledger is what asks them to.
   */
  async requestErasure(given: PageLink, evidence: PageEvidence): Promise<PreferenceAnswer | null> {
    return this.change(given, evidence, async (tx, contact, facts, now, link) => {
      if (link.access !== 'manage') return { kind: 'done', changeId: null, inFlight: 0 };
      const before = await preferenceStore.erasureAsked(tx, contact.id);
      const holder = { access: link.access, pointId: link.contactPointId };
      const plan = planPreferences(facts, holder, { act: 'stop_all' }, now);
      const doing = { link, contact, facts, now, plan, undoOf: null, evidence };
      // Asked once is asked; whatever was agreed to since is stopped again.
      if (before !== null && before.refused === null) return this.carryOut(tx, { ...doing, act: 'stop_all' });
      const [asked] = await this.ledger.append(tx, [
        {
          type: 'erasure.requested',
          subjectId: contact.subjectId,
          brandId: facts.brandId,
          at: now,
          clear: { basis: 'gdpr_17_1' },
          disclosed: {
            contact: { id: contact.id, point: link.contactPointId },
            request: WrittenJson.of({ via: 'page', ...evidence.details }),
            actor: 'contact',
          },
        },
      ]);
      return this.carryOut(tx, { ...doing, act: 'erase', entryId: asked?.id });
    });
  }

  private async change(
    given: PageLink,
    { wishId }: PageEvidence,
    work: (
      tx: Tx,
      contact: LockedContact & { brandId: PreferenceFacts['brandId'] },
      facts: PreferenceFacts,
      now: EpochMs,
      link: PageLink,
    ) => Promise<PreferenceAnswer>,
  ): Promise<PreferenceAnswer | null> {
    return this.database.transaction(async (tx) => {
      const led = await lockByLink(tx, given);
      if (led === null) return null;
      const { contact, link } = led;
      const now = await databaseNow(tx);
      const facts = await loadFacts(tx, this.inFlight, contact, link.contactPointId, now);
      if (facts.erased || !isGood(link, facts)) return null;
      if (wishId !== undefined && !(await isFirstTime(tx, wishId, now))) {
        return { kind: 'done', changeId: null, inFlight: 0 };
      }
      return work(tx, contact, facts, now, link);
    });
  }

  private async carryOut(tx: Tx, doing: Doing): Promise<PreferenceAnswer> {
    const { link, contact, facts, now, plan, act, undoOf, goesOnFrom = null } = doing;
    let at = now;
    const said: string[] = [];
    for (const consent of [...plan.consents, ...plan.again])
      for (const { id, recordedAt } of await this.record(tx, doing, consent)) {
        at = Math.max(at, recordedAt);
        said.push(id);
      }
    for (const word of plan.takenBack ?? []) {
      const { pointId, channel, scope } = word;
      const what = {
        pointId,
        channel,
        purposeId: scope.purposeId,
        topicIds: scope.topicId === null ? [] : [scope.topicId],
      };
      const said = this.evidenceOf(doing, { ...what, kind: 'granted', validUntil: null });
      await takeBack(tx, this.ledger, facts.brandId, contact, word, { ...said, legalBasis: 'taken_back' }, now);
    }
    if (act === 'save') await this.suppressions.takeBackObjections(tx, pointsOf(plan.turnedOn), at);
    await this.recordFields(tx, doing);
    const reduced = plan.consents.some(({ kind }) => kind !== 'granted') || (plan.yesesBack ?? []).length > 0;
    const inFlight = reduced ? (await this.inFlight.started(tx, contact.sharing)).length : 0;
    if (isNoChange(plan) && act !== 'erase' && goesOnFrom === null) {
      return { kind: 'done', changeId: null, inFlight };
    }
    const id = randomUUID(); // Not in order of time: whoever may say yes and knows it may take the change back.
    const undoSecret = link.access === 'reduce' && act !== 'undo' ? secretOf(doing.evidence) : undefined;
    await preferenceStore.keep(tx, {
      id,
      brandId: facts.brandId,
      contactId: contact.id,
      contactPointId: link.contactPointId,
      act,
      at,
      turnedOn: plan.turnedOn.map(cellKey),
      turnedOff: goesOnFrom?.turnedOff ?? plan.turnedOff.map(cellKey),
      fieldsBefore: only(choicesOf(facts.fields), choicesIn(plan)),
      fieldsAfter: plan.fields,
      inFlight: goesOnFrom?.inFlight ?? inFlight,
      undoOf,
      entryId: doing.entryId ?? null,
      undoHash: hashOf(undoSecret ?? null),
      said: [...(goesOnFrom?.said ?? []), ...said],
    });
    return { kind: 'done', changeId: id, inFlight, undoSecret };
  }

  /** Without an objection all would come back that was agreed to before, by whoever has the address. */
  private async leaveAllAgain(tx: Tx, doing: Doing, point: PointFacts): Promise<void> {
    const { contact, facts } = doing;
    const leaving = this.evidenceOf(doing, null);
    await leaveEverything(tx, this.consents, facts.brandId, contact, point, leaving);
  }

  private async record(tx: Tx, doing: Doing, consent: PlannedConsent): Promise<ConsentChange['events']> {
    const { contact, facts, now, evidence, shown } = doing;
    const { pointId, channel, purposeId, topicIds, kind, validUntil } = consent;
    const brought = consent.broughtBy !== undefined;
    const wish = { purposeId, topicIds, kind, brought, occurredAt: evidence.occurredAt ?? null, validUntil };
    const as = this.evidenceOf(doing, consent);
    const said: Evidence = {
      ...as,
      ...(consent.written && { details: { ...as.details, written: true } }),
      ...(kind === 'granted' && {
        legalBasis: 'consent',
        notice: shown?.notice ?? null,
        served: shown?.served ?? null,
      }),
    };
    const { events } = await this.consents.carryOut(tx, facts.brandId, contact, pointId, channel, wish, said, now);
    return events;
  }

  /** @param consent what the words of the control are about; null: no control said it */
  private evidenceOf({ contact, facts, undoOf, evidence, link }: Doing, consent: PlannedConsent | null): Evidence {
    return {
      legalBasis: 'withdrawal',
      notice: null,
      wording: consent === null ? null : evidence.wording(consent, facts),
      method: undoOf === null ? 'page' : UNDONE_BY,
      source: 'preference page',
      jurisdiction: jurisdictionOf(contact),
      actor: 'contact',
      details: {
        ...evidence.details,
        link: link.access,
        ...(undoOf === null ? {} : { undoes: undoOf }),
        ...(link.messageId === null ? {} : { message: link.messageId }),
      },
    };
  }

  /** One ledger entry for each choice. */
  private async recordFields(tx: Tx, { contact, facts, now, plan }: Doing): Promise<void> {
    const choices = choicesIn(plan);
    if (choices.length === 0) return;
    await contactStore.update(tx, contact.id, withChoices(contact, plan.fields));
    await this.inFlight.reconsider(tx, [contact.id], now);
    await this.ledger.append(
      tx,
      choices.map((choice): NewEntry => ({
        type: 'contact.changed',
        subjectId: contact.subjectId,
        brandId: facts.brandId,
        at: now,
        clear: { via: 'page' },
        disclosed: {
          contact: { id: contact.id },
          change: WrittenJson.of({ [choice]: plan.fields[choice] ?? null }),
          actor: 'contact',
        },
      })),
    );
  }
}

interface Doing {
  readonly shown?: ShownNotice | null;
  readonly link: PageLink;
  readonly contact: LockedContact;
  readonly facts: PreferenceFacts;
  readonly now: EpochMs;
  readonly plan: PreferencePlan & Partial<Pick<UndoPlan, 'takenBack' | 'yesesBack'>>;
  readonly act: string;
  readonly undoOf: string | null;
  /** The same wish a moment ago: this one is told of, and taken back, as both. */
  readonly goesOnFrom?: StoppedBefore | null;
  readonly evidence: PageEvidence;
  /** Of the request to be erased that this is. */
  readonly entryId?: EntryId | undefined;
}

function secretOf({ undoSecret }: PageEvidence): string {
  return undoSecret ?? randomBytes(32).toString('base64url');
}

/** Without what the person has set since: a wish that was kept is older than what was chosen after it. */
async function withoutNewer(
  tx: Tx,
  contactId: LockedContact['id'],
  plan: PreferencePlan,
  occurredAt: EpochMs | null,
): Promise<PreferencePlan> {
  const choices = choicesIn(plan);
  if (occurredAt === null || choices.length === 0) return plan;
  const newer = await preferenceStore.choicesMadeSince(tx, contactId, occurredAt);
  return {
    ...plan,
    fields: only(
      plan.fields,
      choices.filter((choice) => !newer.has(choice)),
    ),
  };
}

function hashOf(secret: string | null): Buffer | null {
  return secret === null ? null : createHash('sha256').update(secret).digest();
}

/** As in `view`, under the lock. */
function isGood(link: PageLink, { points }: PreferenceFacts): boolean {
  return link.access === 'reduce' || points.some(({ id, inUse }) => id === link.contactPointId && inUse);
}

function choicesIn({ fields }: Pick<PreferencePlan, 'fields'>): Choice[] {
  return CHOICES.filter((choice) => fields[choice] !== undefined);
}

function objectedAt({ points }: PreferenceFacts, ids: readonly ContactPointId[]): PointFacts[] {
  return points.filter(({ id, suppressed }) => ids.includes(id) && suppressed.includes('objection'));
}
