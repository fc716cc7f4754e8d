import type { EntryId, SubjectId } from '#lib/kernel';
import {
  buildLeaf,
  disclose,
  type Disclosure,
  type JsonValue,
  leafHash,
  SALT_BYTES,
  type WrittenJson,
} from '#lib/proof';
import { CLEAR_FIELDS, type ClearField, digestsOf, type EntryType, type NewEntry, ruleOf } from './entry-types.js';

/** Version of the leaf format, `v` in every leaf. */
const LEAF_VERSION = 1;
const DECOY_BYTES = 32;

/** Where an entry stands in its subject's chain: the number of the entry, and the hash of the leaf before it. */
export interface ChainLink {
  readonly id: SubjectId;
  /** Counted from 1. */
  readonly n: number;
  /** Leaf hash of the subject's entry n - 1; null for the first. */
  readonly prev: Buffer | null;
}

/** What only the ledger itself can add to an entry. */
export interface EntryContext {
  readonly id: EntryId;
  /** The database's clock when the entry was appended, ISO 8601 in UTC with milliseconds. */
  readonly at: string;
  /** The instant by which the caller judged, likewise. */
  readonly now: string;
  readonly link: ChainLink | null;
}

export interface EncodedEntry {
  readonly leaf: Buffer;
  readonly leafHash: Buffer;
  /** Texts of the disclosures, one a line; '' when nothing was disclosed. JSON text has no line breaks of its own. */
  readonly disclosures: string;
}

/** Random bytes that one entry of this type can use up at most. */
export function randomBytesFor(type: EntryType): number {
  return digestsOf(ruleOf(type)) * DECOY_BYTES;
}

/** Hands out random bytes that were drawn beforehand, none of them twice. */
export class RandomSupply {
  private used = 0;

  constructor(private readonly bytes: Buffer) {}

  /** base64url of the next `length` bytes. */
  take(length: number): string {
    const end = this.used + length;
    if (end > this.bytes.length) throw new RangeError('the random bytes are used up');
    const text = this.bytes.toString('base64url', this.used, end);
    this.used = end;
    return text;
  }
}

/**
 * The leaf of an entry and what was disclosed apart from it.
 *
 * @throws RangeError, NotCanonical when the entry says what its type does not allow or what has no canonical text.
 *   Names of fields may stand in the message, values never.
 */
export function encodeEntry(entry: NewEntry, context: EntryContext, random: RandomSupply): EncodedEntry {
  const rule = ruleOf(entry.type);
  const link = context.link;
  if (rule.subject === 'required' && link === null) throw new RangeError(`${entry.type} needs a subject`);
  if (rule.subject === 'none' && link !== null) throw new RangeError(`${entry.type} has no subject`);

  const clear = clearMembers(entry, context, rule.clear);
  const disclosures: Disclosure[] = [];
  if (link !== null) {
    const subject = { id: link.id, n: link.n, prev: link.prev === null ? null : link.prev.toString('base64url') };
    disclosures.push(disclose(random.take(SALT_BYTES), 'subj', subject));
  }
  const disclosed: Readonly<Record<string, JsonValue | WrittenJson | undefined>> = entry.disclosed;
  for (const name of Object.keys(disclosed)) {
    const value = disclosed[name];
    if (value === undefined) continue;
    if (!rule.disclosed.includes(name)) throw new RangeError(`${entry.type} does not disclose ${name}`);
    disclosures.push(disclose(random.take(SALT_BYTES), name, value));
  }
  const decoys: string[] = [];
  for (let missing = digestsOf(rule) - disclosures.length; missing > 0; missing--) {
    decoys.push(random.take(DECOY_BYTES));
  }

  const leaf = buildLeaf(clear, disclosures, decoys);
  return { leaf, leafHash: leafHash(leaf), disclosures: disclosures.map(({ text }) => text).join('\n') };
}

function clearMembers(
  entry: NewEntry,
  context: EntryContext,
  allowed: readonly ClearField[],
): Record<string, string | number> {
  const members: Record<string, string | number> = {
    v: LEAF_VERSION,
    id: checked(UUID, 'id', context.id),
    t: entry.type,
    at: context.at,
    now: context.now,
  };
  if (entry.brandId != null) members['br'] = checked(UUID, 'br', entry.brandId);
  const clear = entry.clear as Readonly<Record<string, string | number | null | undefined>>;
  for (const name of Object.keys(clear)) {
    const value = clear[name];
    if (value == null) continue;
    if (!isOneOf(allowed, name)) throw new RangeError(`${entry.type} has no clear field ${name}`);
    members[name] = checked(CLEAR_FIELDS[name], name, value);
  }
  return members;
}

function isOneOf(fields: readonly ClearField[], name: string): name is ClearField {
  return (fields as readonly string[]).includes(name);
}

const UUID = CLEAR_FIELDS.ref;

function checked(pattern: RegExp | 'count', field: string, value: string | number): string | number {
  const fits =
    pattern === 'count'
      ? typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
      : typeof value === 'string' && pattern.test(value);
  if (!fits) throw new RangeError(`the value of ${field} is not one that may stand in clear`);
  return value;
}
