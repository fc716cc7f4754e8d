import fc from 'fast-check';
import type { BrandId, ContactId, ContactPointId, EnforcementModel } from '#lib/kernel';
import type { ConsentState, ConsentStatus } from '../../consents/domain/consent-fold.js';
import { isRefusal } from '../../consents/domain/consent-fold.js';
import type { SaidWord } from '../../consents/domain/plan-changes.js';
import { withChoices } from '../../contacts/domain/choices.js';
import { cellKey, cellsOf } from '../domain/cells.js';
import { type Past, type PreferencePlan, type PreferenceRequest } from '../domain/plan-preferences.js';
import { type UndoPlan } from '../domain/plan-undo.js';
import type { PreferenceFacts, PurposeFacts } from '../domain/preference-facts.js';

export const NOW = Date.parse('2026-11-25T12:00:00Z');
export const DAY = 86_400_000;
export const MAIL = 'mail' as ContactPointId;
export const PHONE = 'phone' as ContactPointId;
export const POINTS = [
  { id: MAIL, channel: 'email', address: 'ada@example.org', inUse: true, suppressed: [] },
  { id: PHONE, channel: 'sms', address: '+4930123456', inUse: true, suppressed: [] },
] as const;

export const purpose = (
  id: string,
  enforcement: EnforcementModel,
  legalBasis: string,
  topics: string[],
): PurposeFacts => ({
  id,
  key: id,
  labels: {},
  enforcement,
  legalBasis,
  topics: topics.map((topic) => ({ id: topic, key: topic, labels: {}, descriptions: {} })),
});
export const MANAGE = { access: 'manage', pointId: MAIL } as const;
export const PURPOSES = [
  purpose('ads', 'restrictive', 'consent', ['news', 'events']),
  purpose('tips', 'permissive', 'legitimate_interests', ['hints']),
  purpose('survey', 'disabled', 'legitimate_interests', []),
  purpose('orders', 'disabled', 'contract', ['receipt']),
];
export const WITH_MORE_TIPS = PURPOSES.map((one) =>
  one.id === 'tips' ? purpose('tips', one.enforcement, one.legalBasis, ['hints', 'tricks']) : one,
);
export const SCOPES = PURPOSES.flatMap(({ id, topics }) => [id, ...topics.map((topic) => topic.id)]);

export type States = Record<string, ConsentStatus>;
export const state = (status: ConsentStatus): ConsentState => ({
  status,
  since: NOW - DAY,
  validUntil: null,
  eventId: 'e',
  imported: false,
});
export function factsWith(
  mail: States,
  phone: States = {},
  fields: Partial<PreferenceFacts['fields']> = {},
): PreferenceFacts {
  const statesOf = (states: States) => new Map(Object.entries(states).map(([id, status]) => [id, state(status)]));
  const said = new Map([
    [MAIL, statesOf(mail)],
    [PHONE, statesOf(phone)],
  ]);
  return {
    brandId: 'b' as BrandId,
    contactId: 'c' as ContactId,
    erased: false,
    sealedUntil: null,
    zone: null,
    fields: { language: 'de', pausedUntil: null, wishes: {}, ...fields },
    points: POINTS,
    purposes: PURPOSES,
    states: said,
    own: said,
    cameAlong: new Set(),
    asksYes: new Set(),
    asksWritten: new Set(),
  };
}
/** Everything about which a message would find its consent. */
export const on = (facts: PreferenceFacts): string[] =>
  cellsOf(facts, NOW)
    .filter((cell) => cell.on)
    .map(cellKey);

/** What the plan leads to, as consents record it: leaving a purpose leaves its topics, a yes to a topic is one to its purpose. */
export function carriedOut(facts: PreferenceFacts, plan: PreferencePlan): PreferenceFacts {
  const states = new Map([...facts.states].map(([point, of]) => [point, new Map(of)]));
  for (const { pointId, purposeId, topicIds, kind } of plan.consents) {
    const of = states.get(pointId) ?? new Map<string, ConsentState>();
    const topicsOf = PURPOSES.find(({ id }) => id === purposeId)?.topics.map(({ id }) => id) ?? [];
    const standing = topicsOf.filter((id) => !isRefusal(of.get(id)?.status ?? 'refused'));
    const touched =
      kind === 'granted' ? [purposeId, ...topicIds] : topicIds.length > 0 ? topicIds : [purposeId, ...standing];
    for (const id of touched) of.set(id, state(kind));
  }
  return { ...facts, states, own: states, fields: withChoices(facts.fields, plan.fields) };
}

export const no = (pointId: ContactPointId, purposeId: string, topicId: string | null): SaidWord => ({
  ...{ id: `${pointId} ${purposeId} ${topicId}`, pointId, scope: { purposeId, topicId } },
  channel: pointId === MAIL ? 'email' : 'sms',
});

/** The noes that a plan leads to, as consents record them. */
export function noesIn(facts: PreferenceFacts, { consents, again }: PreferencePlan): SaidWord[] {
  return [...consents, ...again]
    .filter(({ kind }) => kind !== 'granted')
    .flatMap(({ pointId, channel, purposeId, topicIds }) => {
      const topicsOf = PURPOSES.find(({ id }) => id === purposeId)?.topics.map(({ id }) => id) ?? [];
      const standing = topicsOf.filter((id) => !isRefusal(facts.states.get(pointId)?.get(id)?.status ?? 'refused'));
      const scopes = topicIds.length > 0 ? topicIds : [null, ...standing];
      return scopes.map((topicId) => ({ id: `${topicId}`, pointId, channel, scope: { purposeId, topicId } }));
    });
}

/** The yeses that a plan leads to. */
export function yesesIn({ consents }: PreferencePlan): SaidWord[] {
  return consents
    .filter(({ kind }) => kind === 'granted')
    .flatMap(({ pointId, purposeId, topicIds }) =>
      (topicIds.length > 0 ? topicIds : [null]).map((topicId) => no(pointId, purposeId, topicId)),
    );
}

/** What an undo leads to: whatever it takes back stands as it did before. */
export function undone(before: PreferenceFacts, after: PreferenceFacts, plan: UndoPlan): PreferenceFacts {
  const states = new Map([...after.states].map(([point, of]) => [point, new Map(of)]));
  for (const { pointId, scope } of plan.takenBack) {
    const id = scope.topicId ?? scope.purposeId;
    const was = before.states.get(pointId)?.get(id);
    if (was === undefined) states.get(pointId)?.delete(id);
    else states.get(pointId)?.set(id, was);
  }
  return carriedOut({ ...after, states, own: states }, plan);
}

/** What stood in a world. */
export const pastIn =
  (facts: PreferenceFacts) =>
  (pointId: ContactPointId, scopeId: string): Past => ({
    state: facts.states.get(pointId)?.get(scopeId) ?? null,
    isUntouched: true,
  });

export const statuses = fc.constantFrom<ConsentStatus>(
  'granted',
  'confirmed',
  'withdrawn',
  'refused',
  'objected',
  'requested',
  'expired',
);
export const states = fc.dictionary(fc.constantFrom(...SCOPES), statuses);
export const fieldsArbitrary = fc.record({
  language: fc.constantFrom('de', 'en', null),
  pausedUntil: fc.option(fc.integer({ min: NOW - 9 * DAY, max: NOW + 99 * DAY })),
  wishes: fc.constantFrom(
    {},
    { frequency: [{ limit: 1, window: 'P7D', channel: null, topic: null }] },
    { frequency: [{ limit: 1, window: 'P30D', channel: null, topic: null }] },
    { frequency: [{ limit: 3, window: 'P1D', channel: null, topic: null }] },
    { zone: 'Europe/Berlin', frequency: [{ limit: 3, window: 'P1D', channel: 'sms' as const, topic: null }] },
  ),
});
export const worlds = fc
  .tuple(states, states, fieldsArbitrary)
  .map(([mail, phone, fields]) => factsWith(mail, phone, fields));
export const cells = fc.array(fc.constantFrom(...SCOPES.flatMap((id) => [`${MAIL}.${id}`, `${PHONE}.${id}`, 'junk'])));
export const requests: fc.Arbitrary<PreferenceRequest> = fc.oneof(
  fc.constant<PreferenceRequest>({ act: 'stop_all' }),
  fc.constant<PreferenceRequest>({ act: 'resume' }),
  fc.constantFrom(...SCOPES).map((scopeId): PreferenceRequest => ({ act: 'leave', scopeId, pointId: MAIL })),
  fc
    .record(
      {
        ticked: cells.map((keys) => new Set(keys)),
        frequency: fc.constantFrom('any' as const, 'weekly' as const, 'monthly' as const),
        pausedUntil: fc.option(fc.integer({ min: NOW, max: NOW + 99 * DAY })),
        quietHours: fc.option(fc.constant({ start: '20:00', end: '08:00' })),
        zone: fc.option(fc.constant('Asia/Tokyo')),
        language: fc.constantFrom('fr', 'de'),
      },
      { requiredKeys: ['ticked'] },
    )
    .map((save): PreferenceRequest => ({ act: 'save', ...save })),
);
