import { Inject, Injectable } from '@nestjs/common';
import {
  type BrandDefinition,
  type ConsentState,
  databaseNow,
  eachReachable,
  type PurposeDefinition,
  type ReachablePoint,
  type TopicDefinition,
  type Whereabouts,
} from '#lib/consent';
import { appliesLaw, type Facts, permittedUntil, type Policy } from '#lib/decision';
import { type BrandId, type Channel, DomainError, type EpochMs } from '#lib/kernel';
import { Database } from '#lib/platform';
import { Catalog } from '../catalog/catalog.js';
import { consentFact, contactFacts } from '../messages/domain/build-facts.js';
import { reference } from '../reference.js';
import { type JudgedBy, RunwayFold, type RunwayReport, type RunwayStanding, standingOf } from './domain/runway.js';
import { policiesUsed } from './policies-used.store.js';

/** What opens and clicks are counted under where a brand's settings do not say otherwise. */
const COUNTING = 'tracking';
/** A brand that has published no policy of this key may send nothing by it yet; the law is the same. */
const BY_LAW: Policy = {
  ...{ key: 'default', version: 0, caps: [], quietHours: [], rates: [] },
  jurisdiction: { packs: 'contact' },
};

export interface RunwayRequest {
  readonly brandId: BrandId;
  readonly weeks: number;
  /** One purpose; null: all that messages are sent for, as far as it takes an opt-in there. */
  readonly purpose: string | null;
  readonly channel: Channel | null;
}

/** A purpose, and the policies under which its messages leave; of several that apply the same laws, one. */
interface JudgedPurpose extends PurposeDefinition {
  readonly topics: readonly TopicDefinition[];
  readonly policies: readonly Policy[];
}

/** What is the same for every contact point of one report. */
interface Question {
  readonly at: EpochMs;
  readonly brand: BrandDefinition;
  readonly purposes: readonly JudgedPurpose[];
  readonly judgedBy: JudgedBy;
  readonly countsAll: boolean;
}

/**
 * Says how many contact points become unsendable in the weeks ahead, and why, by the checks of a decision about a
 * commercial message: consent, and the law of every place in which the person may be, as the policies apply it under which
 * the purpose's messages were accepted lately.
 */
@Injectable()
export class RunwayService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * Reads everybody in one go, one after the other: memory stays the same however many contact points there are.
   * @throws DomainError unknown_purpose; invalid_request for a purpose that rests on no consent
   */
  async report({ brandId, weeks, purpose, channel }: RunwayRequest): Promise<RunwayReport> {
    const question = await this.asked(brandId, purpose);
    const { at, purposes, judgedBy } = question;
    const asksBases = purposes.some(({ policies }) => policies.some(appliesLaw));
    const fold = new RunwayFold({ at, weeks, laws: lawsWithClocks() });
    await this.database.transaction((tx) =>
      eachReachable(tx, { brandId, channel, at, asksBases }, (point) => {
        fold.add(standingsOf(point, question));
      }),
    );
    return { ...fold.result(), policies: judgedBy };
  }

  private async asked(brandId: BrandId, key: string | null): Promise<Question> {
    const { tx } = this.database;
    const at = await databaseNow(tx);
    const used = await policiesUsed(tx, brandId, at);
    const policyKeys = [...new Set([BY_LAW.key, ...[...used.values()].flat()])];
    const catalog = await Catalog.load(tx, { brandIds: [brandId], policyKeys });
    const brand = catalog.brand(brandId);
    const counting = brand.tracking?.purpose ?? COUNTING;
    const keysOf = ({ id }: PurposeDefinition): readonly string[] => used.get(id) ?? [BY_LAW.key];
    const questionAbout = (purposes: readonly PurposeDefinition[], countsAll: boolean): Question => ({
      ...{ at, brand, countsAll },
      purposes: purposes.map((one) => {
        const policies = keysOf(one).map((policyKey) => catalog.policy(brandId, policyKey)?.policy ?? BY_LAW);
        // To be counted is no message, and no law about messages asks for it.
        const judged = one.key === counting ? policies.map(({ jurisdiction: _, ...lawless }) => lawless) : policies;
        return { ...one, topics: catalog.topicsOf(one), policies: unlike(judged) };
      }),
      judgedBy: Object.fromEntries(purposes.map((one) => [one.key, keysOf(one)])),
    });
    const all = catalog.purposesOf(brandId);
    if (key === null) {
      return questionAbout(
        all.filter((one) => one.enforcement !== 'disabled' && one.key !== counting),
        false,
      );
    }
    const one = all.find((purpose) => purpose.key === key);
    if (one === undefined) {
      throw new DomainError('unknown_purpose', 'Name a purpose of this brand; GET /v1/purposes lists them.');
    }
    if (one.enforcement === 'disabled') {
      throw new DomainError(
        'invalid_request',
        `The purpose ${key} rests on no consent, so there is none that runs out.`,
        {
          violations: [{ pointer: '/purpose', detail: 'is one without a choice' }],
        },
      );
    }
    return questionAbout([one], true);
  }
}

/** Of policies that apply the same laws the first: by nothing else do they differ here. */
function unlike(policies: readonly Policy[]): Policy[] {
  return [
    ...new Map(policies.toReversed().map((policy) => [JSON.stringify(policy.jurisdiction ?? null), policy])).values(),
  ];
}

/** What all that a contact point may be written to about means for the weeks ahead. */
function standingsOf(point: ReachablePoint, question: Question): RunwayStanding[] {
  const contact = contactIn(point.where);
  return question.purposes.flatMap((purpose) =>
    purpose.policies.flatMap((policy) =>
      [null, ...purpose.topics].flatMap((topic) => standing(point, contact, purpose, topic, policy, question) ?? []),
    ),
  );
}

const contacts = new WeakMap<Whereabouts, Facts['contact']>();

/** Of somebody in that place what a decision may know; of whom nothing else is asked here. */
function contactIn(where: Whereabouts): Facts['contact'] {
  const known = contacts.get(where);
  if (known !== undefined) return known;
  const { chosenZone, ...place } = where;
  const wishes = chosenZone === null ? {} : { zone: chosenZone };
  const contact = contactFacts({ ...place, wishes, segments: [], erased: false, pausedUntil: null });
  contacts.set(where, contact);
  return contact;
}

/** A topic counts where somebody agreed to it: for a law a yes to what a message is about is as good as one to its purpose. */
function standing(
  { channel, states, bases }: ReachablePoint,
  contact: Facts['contact'],
  purpose: PurposeDefinition,
  topic: TopicDefinition | null,
  policy: Policy,
  { at, brand, countsAll }: Question,
): RunwayStanding | null {
  const state = states.get(purpose.id);
  const ofTopic = topic === null ? undefined : states.get(topic.id);
  if (topic !== null && (ofTopic === undefined || !isYes(ofTopic.status))) return null;
  const facts = {
    message: { class: 'commercial' as const, channel, sendAt: null, expiresAt: Infinity },
    contact,
    contactPoint: { valid: true },
    brand: { zone: brand.defaultZone, country: brand.country },
    purpose: { key: purpose.key, enforcement: purpose.enforcement },
    topic: topic === null ? null : { key: topic.key },
    campaign: null,
    consent: { purpose: consentFact(state, bases), topic: consentFact(ofTopic, bases) },
    ...{ suppressions: [], capUses: [], rates: [] },
  };
  return standingOf(permittedUntil(facts, policy, at, reference), state ?? null, at, countsAll);
}

function isYes(status: ConsentState['status']): boolean {
  return status === 'granted' || status === 'confirmed';
}

/** Those that let a permission run out, which a reader looks for. */
function lawsWithClocks(): string[] {
  return reference.packs.flatMap(({ id, rules }) =>
    rules.some((rule) => rule.kind === 'consent' && rule.accepts.some(({ lasts }) => lasts !== null)) ? [id] : [],
  );
}
