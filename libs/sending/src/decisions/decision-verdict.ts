import { z } from 'zod';
import {
  CHECK_NAMES,
  type CheckDetail,
  type CheckResult,
  type Decision,
  DROP_REASONS,
  HOLD_REASONS,
  LEGAL_FORCES,
  type Obligation,
  RULES,
  ZONE_ORIGINS,
} from '#lib/decision';
import { toIso } from '#lib/platform';
import { said } from '../policies/policy-body.js';
import { DETAIL, scalar } from './check-detail.js';

const instant = (description: string) =>
  said(z.iso.datetime(), `${description} ISO 8601 in UTC.`, '2026-11-22T07:00:00.000Z');
const instantOrNull = (description: string) =>
  said(z.iso.datetime().nullable(), `${description} ISO 8601 in UTC.`, '2026-11-22T07:00:00.000Z');

const detail: z.ZodType<Record<string, z.output<typeof scalar>>> = said(
  z.object(DETAIL).catchall(scalar),
  'What the check looked at; each has those of these members that it has something to say of. New members may come.',
  { rule: 'night', window: '21:00-08:00' },
);
const check = said(z.enum(CHECK_NAMES), 'Name of the check; the list only grows.', 'quiet_hours');
const reason = z.enum([...new Set([...HOLD_REASONS, ...DROP_REASONS])]);

const Failed = z
  .strictObject({
    check,
    passes: z.literal(false).meta({ description: 'It stands in the way.', examples: [false] }),
    kind: said(z.enum(['defer', 'drop']), '`defer` holds the message, `drop` ends it.', 'defer'),
    reason: said(reason, 'Why; the list only grows.', 'quiet_hours'),
    until: instantOrNull('When this check passes; null: never.'),
    detail,
  })
  .meta({ id: 'FailedCheck', description: 'A check that stands in the way.' });
const Passed = z
  .strictObject({
    check,
    passes: z.literal(true).meta({ description: 'It does not stand in the way.', examples: [true] }),
    detail,
  })
  .meta({ id: 'PassedCheck', description: 'A check that lets the message pass.' });
const Check = z.union([Passed, Failed]).meta({ id: 'Check', description: 'One check at the instant of the decision.' });

/** What `consentctl decide --batch` says of one line that it understood. */
export const DecisionVerdict = z
  .strictObject({
    id: said(z.string(), 'Of the case.', 'case-1'),
    outcome: said(
      z.enum(['pass', 'defer', 'drop']),
      '`pass`: it may leave now; `defer`: it is held; `drop`: it ends.',
      'defer',
    ),
    reason: said(reason.nullable(), 'Of the primary check; null when all pass.', 'quiet_hours'),
    at: instant('The instant that was judged, and that `checks` are about.'),
    notBefore: instantOrNull('The earliest instant at which every check passes; null: there is none as things stand.'),
    until: instantOrNull('With `defer`: when it is worth asking again, `notBefore` where there is one; else null.'),
    strikesAt: instant(
      'With `drop` only: when the primary check strikes, now or at the end of a hold it makes pointless.',
    ).optional(),
    policy: z
      .strictObject({
        key: said(z.string(), 'Of the policy.', 'marketing'),
        version: said(z.int(), 'Of the policy.', 7),
      })
      .meta({ description: 'What was decided by.', examples: [{ key: 'marketing', version: 7 }] }),
    rules: said(
      z.int().min(1).optional(),
      'Version of the rules of the gateway, raised where a verdict changes on purpose; left out: 1, of before there was one.',
      RULES,
    ),
    packs: said(
      z
        .array(
          z.strictObject({
            id: said(z.string(), 'Of the pack.', 'de'),
            version: said(z.string(), 'Edition of the pack.', '2026-11-21'),
          }),
        )
        .optional(),
      'Editions of the jurisdiction packs that apply; left out: none does.',
      [{ id: 'de', version: '2026-11-21' }],
    ),
    local: z
      .strictObject({
        zone: said(z.string(), 'The clock the message was judged by.', 'Europe/Berlin'),
        zones: said(
          z.array(z.string()).optional(),
          'Every clock that may be the contact’s, `zone` first: it was judged on all of them. Left out: there is one.',
          ['America/New_York', 'America/Chicago'],
        ),
        zoneFrom: said(
          z.enum(ZONE_ORIGINS),
          'What told that zone: `choice` (`chosenZone`), `device` (`deviceZone`), `profile` (`zone`), `phone`, `postal_code`, `region`, `country`, or the `brand` at last.',
          'profile',
        ),
        tzdb: said(z.string(), 'Version of the IANA database.', '2026f'),
        places: said(
          z.string().optional(),
          'Version of the tables of places; left out: they were not asked.',
          '2026f 9.0.0',
        ),
        holidays: said(
          z.string().optional(),
          'Version of the public holidays; left out: no rule that binds keeps any.',
          'date-holidays 3.0.0',
        ),
        notBefore: said(
          z.string().nullable(),
          '`notBefore` on that clock, with its offset.',
          '2026-11-22T08:00:00.000+01:00',
        ),
      })
      .meta({
        description: 'For people.',
        examples: [{ zone: 'Europe/Berlin', zoneFrom: 'profile', tzdb: '2026f', notBefore: null }],
      }),
    primary: Failed.nullable().meta({
      description: 'The check that gives the reason; null when all pass.',
      examples: [null],
    }),
    checks: said(z.array(Check), 'Every check, in the order of the pipeline.', []),
    uncountedRates: said(
      z.array(z.string()).optional(),
      'Rates of the policy that may bind the message and of which `facts.rates` states no bucket: judged as if each were full. Left out: none.',
      ['pace'],
    ),
    sentence: said(
      z.string(),
      'The same for people, with --explain.',
      'Held until Sun 22 Nov 08:00 Europe/Berlin: quiet hours of policy marketing v7 (21:00-08:00).',
    ).optional(),
    obligations: said(
      z
        .array(
          z.strictObject({
            rule: said(z.string(), 'Pack and rule.', 'de/message-marks'),
            force: said(z.enum(LEGAL_FORCES), 'What it rests on.', 'statute'),
            sentence: said(z.string(), 'What it asks, for people.', 'The message must carry a way out, who sends it.'),
          }),
        )
        .optional(),
      'With --explain: what the law where the contact may be asks of the sender besides; left out: nothing.',
      [
        {
          rule: 'de/message-marks',
          force: 'statute',
          sentence: 'The message must carry a way out, who sends it.',
        },
      ],
    ),
  })
  .meta({ id: 'Verdict', description: 'What was decided.' });
export type DecisionVerdict = z.infer<typeof DecisionVerdict>;

/** What it says in the place of a verdict of one that it did not. */
export const CaseRefusal = z
  .strictObject({
    id: said(z.string().nullable(), 'Of the case; null where it could not be read.', 'case-2'),
    line: said(z.int().min(1), 'Number of the line, counted from 1.', 2),
    error: z
      .strictObject({
        code: said(
          z.enum([
            'malformed_json',
            'payload_too_large',
            'invalid_request',
            'unusable_policy',
            'unknown_brand_zone',
            'unsettled',
          ]),
          'What is wrong, for programs.',
          'invalid_request',
        ),
        detail: said(
          z.string(),
          'What is wrong, for people.',
          'must be ISO 8601 with an offset, such as 2026-11-21T16:00:00Z',
        ),
        pointer: said(z.string(), 'Where in the line (JSON pointer, RFC 6901); empty for the whole of it.', '/now'),
      })
      .meta({
        description: 'Nothing was decided.',
        examples: [{ code: 'malformed_json', detail: 'not JSON', pointer: '' }],
      }),
  })
  .meta({ id: 'Refusal', description: 'A line about which nothing could be decided; the others go on.' });
export type CaseRefusal = z.infer<typeof CaseRefusal>;

/** A line of the answer. */
export const VerdictLine = z.union([DecisionVerdict, CaseRefusal]).meta({
  title: 'Decision verdict',
  description: 'The answer to one decision case, in the order of the cases.',
});

/** What is said beside the decision itself. */
export interface VerdictExtras {
  readonly uncountedRates?: readonly string[];
  readonly sentence?: string;
  readonly obligations?: readonly Obligation[];
}

/** The decision as it leaves the machine: the same members, instants in ISO 8601. */
export function toVerdict(id: string, decision: Decision, extras: VerdictExtras): DecisionVerdict {
  const { outcome, reason, at, notBefore, until, policy, rules, packs, local, primary, checks } = decision;
  const { uncountedRates, sentence, obligations } = extras;
  return {
    id,
    outcome,
    reason,
    at: toIso(at),
    notBefore: isoOrNull(notBefore),
    until: isoOrNull(until),
    ...(outcome === 'drop' && { strikesAt: toIso(decision.strikesAt) }),
    policy: { ...policy },
    ...(rules !== undefined && { rules }),
    ...(packs !== undefined && { packs: packs.map((stamp) => ({ ...stamp })) }),
    local: {
      ...local,
      zones: local.zones && [...local.zones],
      zoneFrom: local.zoneFrom === 'contact' ? 'profile' : local.zoneFrom,
    },
    primary: primary === null ? null : toFailed(primary),
    checks: checks.map((result) =>
      result.passes ? { check: result.check, passes: true, detail: toDetail(result.detail) } : toFailed(result),
    ),
    ...(uncountedRates && { uncountedRates: [...uncountedRates] }),
    ...(sentence !== undefined && { sentence }),
    ...(obligations && { obligations: obligations.map((obligation) => ({ ...obligation })) }),
  };
}

function toFailed({
  check,
  kind,
  reason,
  until,
  detail,
}: Exclude<CheckResult, { passes: true }>): z.infer<typeof Failed> {
  return { check, passes: false, kind, reason, until: isoOrNull(until), detail: toDetail(detail) };
}

/** Instants are called `since`, or end in `At` or `Until`. Every check has the same few names. */
export function isInstantName(name: string): boolean {
  let known = instants.get(name);
  if (known === undefined) instants.set(name, (known = /^since$|(At|Until)$/.test(name)));
  return known;
}

const instants = new Map<string, boolean>();

/** What a check looked at, as it leaves the machine: instants in ISO 8601. */
export function toDetail(from: CheckDetail): z.infer<typeof detail> {
  let to: Record<string, string | number | boolean | null> | null = null;
  for (const name in from) {
    const value = from[name];
    if (typeof value !== 'number' || !isInstantName(name)) continue;
    to ??= { ...from };
    to[name] = toIso(value);
  }
  return to ?? from;
}

function isoOrNull(instant: number | null): string | null {
  return instant === null ? null : toIso(instant);
}
