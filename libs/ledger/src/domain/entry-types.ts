import type { BrandId, Channel, EnforcementModel, EntryId, EpochMs, MessageClass, SubjectId } from '#lib/kernel';
import type { JsonValue, WrittenJson } from '#lib/proof';

/**
 * What stands in clear in a leaf, for everybody and for ever, so nothing in it may point to a person.
 * Each pattern admits only characters that JSON writes as they are.
 */
export const CLEAR_FIELDS = {
  /** Channel. */
  ch: /^[a-z]{1,16}$/,
  /** Message class. */
  mc: /^(commercial|transactional)$/,
  /** Enforcement model of a purpose. */
  model: /^(restrictive|permissive|disabled)$/,
  /** Outcome: pass, defer, drop of a decision; sent, dropped, failed, unknown of a message. */
  out: /^[a-z_]{1,32}$/,
  /** Why: a reason of PRODUCT.md, or of a suppression. */
  reason: /^[a-z0-9_]{1,64}$/,
  /** Legal basis, or the statute that an erasure or restriction rests on. */
  basis: /^[A-Za-z0-9_.:-]{1,64}$/,
  /** Way in: api, page, one_click, double_opt_in, import, webhook, operator. */
  via: /^[a-z0-9_]{1,32}$/,
  /** Policy version: SHA-256 of its canonical JSON, hexadecimal. */
  pol: /^[0-9a-f]{64}$/,
  /** Template version, likewise. */
  tpl: /^[0-9a-f]{64}$/,
  /** Notice version, likewise. */
  doc: /^[0-9a-f]{64}$/,
  /** Version of the time zone database that the decision used. */
  tz: /^\d{4}[a-z]{1,2}$/,
  /** Version of the rules that the decision was made by; absent: 1, or no decision. */
  rules: 'count',
  /** Attempt, counted from 1. */
  att: 'count',
  /** 1 on messages of test keys, which never leave the machine; absent on all others. */
  test: 'count',
  /** A number of things: records erased, rows exported, entries held back. */
  cnt: 'count',
  /** Leaves of the tree that an export or a map of subject heads covers. */
  size: 'count',
  /** Root of a map of subject heads, or the digest of facts that came in together or of a month's reports, hexadecimal. */
  root: /^[0-9a-f]{64}$/,
  /** Another ledger entry, by id. */
  ref: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  /** What an integrity alert is about. */
  alert: /^[a-z_]{1,32}$/,
  /** Name of the log (C2SP tlog-checkpoint). */
  origin: /^[A-Za-z0-9._~/-]{1,255}$/,
  /** Public key in the form of C2SP signed-note: name+id+key. */
  vkey: /^[A-Za-z0-9._~/+=-]{1,2048}$/,
} as const satisfies Readonly<Record<string, RegExp | 'count'>>;

export type ClearField = keyof typeof CLEAR_FIELDS;

/** Values of the clear fields, as callers give them; null is the same as leaving the field out. */
interface ClearValues {
  ch: Channel;
  mc: MessageClass;
  model: EnforcementModel;
  rules: number;
  att: number;
  test: number;
  cnt: number;
  size: number;
}
type ClearValue<F extends ClearField> = F extends keyof ClearValues ? ClearValues[F] : string;

/** What one type of entry may say. A leaf has one digest per name in `disclosed`, plus one for a subject. */
export interface EntryRule {
  /** Whether the entry belongs to a person's chain. */
  readonly subject: 'required' | 'optional' | 'none';
  readonly clear: readonly ClearField[];
  /** Names of what is only committed to; whatever is absent is replaced by a decoy. */
  readonly disclosed: readonly string[];
}

const SETUP = 'none';
const PERSON = 'required';

/** One shape for every consent event: the leaf must not tell from its digests which wording was kept. */
const CONSENT = {
  subject: PERSON,
  clear: ['ch', 'reason', 'basis', 'via', 'doc', 'pol'],
  disclosed: ['contact', 'topic', 'event', 'wording', 'evidence', 'actor'],
} as const;
const SUPPRESSION = {
  subject: 'optional',
  clear: ['ch', 'reason', 'via'],
  disclosed: ['contact', 'event', 'evidence', 'actor'],
} as const;
/** What somebody reports of a message that has left. */
const TOUCH = {
  subject: PERSON,
  clear: ['ch', 'mc', 'reason', 'via', 'test'],
  disclosed: ['message', 'event', 'actor'],
} as const;
const KEY = { subject: SETUP, clear: ['vkey'], disclosed: ['key', 'actor'] } as const;
const ERASURE = {
  subject: PERSON,
  clear: ['basis', 'reason', 'cnt', 'ref'],
  disclosed: ['contact', 'request', 'actor'],
} as const;
const DECISION = ['ch', 'mc', 'out', 'reason', 'pol', 'tpl', 'tz', 'rules', 'att', 'test'] as const;

/**
 * Every type of entry. Written for ever: add types and, to a type, clear fields; never rename or remove,
 * and never change the number of names in `disclosed`, because the number of digests would then date a leaf.
 *
 * Disclosed names, wherever they occur: `contact` {id, point}: the person and the contact point;
 * `message` {id, ...}; `campaign` {campaign, step, variant}; `topic` {purpose, topic};
 * `checks`: every check of a decision with its facts; `handover` {provider, key, lease, answer};
 * `event`: id, time it happened, method, source, kind of a bounce; `wording`: the text shown; `evidence`: address, user agent and
 * the like, of a suppression the keyed hash of its address; `addresses`: contact points of people who were erased, each with
 * the keyed hash of its address; `actor`: who did it; otherwise the thing itself that was set up.
 */
export const ENTRY_TYPES = {
  'log.started': { subject: SETUP, clear: ['origin', 'vkey'], disclosed: ['actor'] },
  'log.resumed': { subject: SETUP, clear: ['origin', 'size'], disclosed: ['detail', 'actor'] },
  'brand.changed': { subject: SETUP, clear: [], disclosed: ['brand', 'actor'] },
  'purpose.changed': { subject: SETUP, clear: ['model'], disclosed: ['purpose', 'actor'] },
  'topic.changed': { subject: SETUP, clear: [], disclosed: ['topic', 'actor'] },
  'notice.published': { subject: SETUP, clear: ['doc'], disclosed: ['notice', 'actor'] },
  'notice.served': { subject: SETUP, clear: ['doc', 'via'], disclosed: ['notice', 'event', 'actor'] },
  'policy.published': { subject: SETUP, clear: ['pol'], disclosed: ['policy', 'actor'] },
  'block.published': { subject: SETUP, clear: ['doc'], disclosed: ['block', 'actor'] },
  'template.published': { subject: SETUP, clear: ['tpl', 'ch', 'mc'], disclosed: ['template', 'actor'] },
  'campaign.changed': { subject: SETUP, clear: [], disclosed: ['campaign', 'actor'] },
  'provider.changed': { subject: SETUP, clear: ['ch'], disclosed: ['provider', 'actor'] },
  'endpoint.changed': { subject: SETUP, clear: [], disclosed: ['endpoint', 'actor'] },
  'key.issued': KEY,
  'key.rotated': KEY,
  'key.revoked': KEY,
  'keys.adopted': { subject: SETUP, clear: ['cnt'], disclosed: ['actor'] },

  'contact.changed': { subject: PERSON, clear: ['via'], disclosed: ['contact', 'change', 'actor'] },
  'contact_point.changed': { subject: PERSON, clear: ['ch', 'via'], disclosed: ['contact', 'change', 'actor'] },
  'consent.requested': CONSENT,
  'consent.granted': CONSENT,
  'consent.confirmed': CONSENT,
  'consent.refused': CONSENT,
  'consent.withdrawn': CONSENT,
  'consent.revoked': CONSENT,
  'consent.expired': CONSENT,
  'consent.invalidated': CONSENT,
  'consent.imported': CONSENT,
  'consent.objected': CONSENT,
  'suppression.added': SUPPRESSION,
  'suppression.removed': SUPPRESSION,
  'addresses.kept': { subject: SETUP, clear: ['cnt'], disclosed: ['addresses', 'actor'] },
  'addresses.adopted': { subject: SETUP, clear: ['cnt'], disclosed: ['actor'] },
  'link.issued': { subject: PERSON, clear: ['ch'], disclosed: ['contact', 'link', 'actor'] },

  'send.accepted': {
    subject: PERSON,
    clear: DECISION,
    disclosed: ['message', 'contact', 'campaign', 'topic', 'checks', 'actor'],
  },
  'send.decided': { subject: PERSON, clear: DECISION, disclosed: ['message', 'checks'] },
  'send.handover_started': { subject: PERSON, clear: DECISION, disclosed: ['message', 'checks', 'handover'] },
  'send.ended': { subject: PERSON, clear: DECISION, disclosed: ['message', 'checks', 'handover'] },
  'send.cancelled': { subject: PERSON, clear: DECISION, disclosed: ['message', 'actor'] },
  'send.recalled': { subject: PERSON, clear: DECISION, disclosed: ['message'] },
  'send.stale_outcome': { subject: PERSON, clear: DECISION, disclosed: ['message', 'handover'] },

  'touch.delivered': TOUCH,
  'touch.bounced': TOUCH,
  'touch.complained': TOUCH,
  'touch.opened': TOUCH,
  'touch.clicked': TOUCH,
  'touch.replied': TOUCH,

  'erasure.requested': ERASURE,
  'erasure.restricted': ERASURE,
  'erasure.executed': ERASURE,
  'erasure.refused': ERASURE,
  'erasure.withdrawn': ERASURE,
  'export.created': { subject: 'optional', clear: ['size', 'cnt'], disclosed: ['export', 'actor'] },
  'facts.reported': { subject: SETUP, clear: ['root', 'cnt'], disclosed: ['actor'] },
  'reports.closed': { subject: SETUP, clear: ['root', 'cnt'], disclosed: ['reports', 'actor'] },
  'subject.heads': { subject: SETUP, clear: ['root', 'size', 'cnt'], disclosed: ['actor'] },
  'integrity.alert': { subject: SETUP, clear: ['alert', 'cnt', 'ref'], disclosed: ['detail'] },
} as const satisfies Readonly<Record<string, EntryRule>>;

export type EntryType = keyof typeof ENTRY_TYPES;

/** The rule of a type, without the exact strings that the compiler knows. */
export function ruleOf(type: EntryType): EntryRule {
  return ENTRY_TYPES[type];
}

/** Digests in every leaf of this type. */
export function digestsOf(rule: EntryRule): number {
  return rule.disclosed.length + (rule.subject === 'none' ? 0 : 1);
}

type ClearOf<T extends EntryType> = (typeof ENTRY_TYPES)[T]['clear'][number];
type DisclosedOf<T extends EntryType> = (typeof ENTRY_TYPES)[T]['disclosed'][number];
type SubjectOf<T extends EntryType> = (typeof ENTRY_TYPES)[T]['subject'] extends infer S
  ? S extends 'required'
    ? { readonly subjectId: SubjectId; readonly brandId: BrandId }
    : S extends 'optional'
      ? { readonly subjectId?: SubjectId | null; readonly brandId: BrandId }
      : { readonly subjectId?: null; readonly brandId?: BrandId | null }
  : never;

/** An entry to be appended. */
export type NewEntryOf<T extends EntryType> = SubjectOf<T> & {
  /** Drawn by `append` when absent. */
  readonly id?: EntryId;
  readonly type: T;
  /** The instant by which the caller judged; the leaf carries it as `now`, beside the database's own `at`. */
  readonly at: EpochMs;
  readonly clear: { readonly [F in ClearOf<T>]?: ClearValue<F> | null };
  readonly disclosed: { readonly [N in DisclosedOf<T>]?: JsonValue | WrittenJson };
};
export type NewEntry = { [T in EntryType]: NewEntryOf<T> }[EntryType];
