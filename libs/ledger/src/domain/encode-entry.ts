import type { EntryId, SubjectId } from '#lib/kernel';
import { buildLeaf, disclose, type JsonValue, leafHashOf, SALT_BYTES, WrittenJson } from '#lib/proof';
import {
  CLEAR_FIELDS,
  type ClearField,
  digestsOf,
  ENTRY_TYPES,
  type EntryType,
  type NewEntry,
  ruleOf,
} from './entry-types.js';

/** Version of the leaf format, `v` in every leaf. */
const LEAF_VERSION = 1;
const DECOY_BYTES = 32;

/** Where an entry stands in its subject's chain: the number of the entry, and the hash of the leaf before it. */
export interface ChainLink {
  readonly id: SubjectId;
  /** Counted from 1. */
  readonly n: number;
  /** base64url of the leaf hash of the subject's entry n - 1; null for the first. */
  readonly prev: string | null;
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
  /** Text; its UTF-8 is the leaf. */
  readonly leaf: string;
  /** base64url. */
  readonly leafHash: string;
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
    return this.bytes.toString('base64url', this.used, this.advance(length));
  }

  /** The next `length` bytes. */
  takeBytes(length: number): Buffer {
    return this.bytes.subarray(this.used, this.advance(length));
  }

  private advance(length: number): number {
    this.used += length;
    if (this.used > this.bytes.length) throw new RangeError('the random bytes are used up');
    return this.used;
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

  let disclosures = '';
  const digests: string[] = [];
  const add = (name: string, value: JsonValue | WrittenJson): void => {
    const { text, digest } = disclose(random.take(SALT_BYTES), name, value);
    disclosures = disclosures === '' ? text : `${disclosures}\n${text}`;
    digests.push(digest);
  };
  if (link !== null) add('subj', linkText(link));
  const disclosed: Readonly<Record<string, JsonValue | WrittenJson | undefined>> = entry.disclosed;
  for (const name of Object.keys(disclosed)) {
    const value = disclosed[name];
    if (value === undefined) continue;
    if (!rule.disclosed.includes(name)) throw new RangeError(`${entry.type} does not disclose ${name}`);
    add(name, value);
  }
  while (digests.length < digestsOf(rule)) digests.push(random.take(DECOY_BYTES));

  const leaf = buildLeaf(clearMembers(entry, context), digests);
  return { leaf, leafHash: leafHashOf(leaf), disclosures };
}

function linkText({ id, n, prev }: ChainLink): WrittenJson {
  return WrittenJson.text(`{"id":"${id}","n":${n},"prev":${prev === null ? 'null' : `"${prev}"`}}`);
}

/** What every leaf has in clear, whatever its type. */
const COMMON = ['v', 'id', 't', 'at', 'now', 'br'] as const;
type Name = ClearField | (typeof COMMON)[number];

/** A name that may stand in clear, and the last member that was written of it: most entries say the same as the one before. */
interface Member {
  readonly name: Name;
  value: string | number | null;
  text: string;
}

/** By type, in the order of canonical JSON. */
const MEMBERS: ReadonlyMap<EntryType, readonly Member[]> = new Map(
  (Object.keys(ENTRY_TYPES) as EntryType[]).map((type) => [
    type,
    [...COMMON, ...ruleOf(type).clear].sort().map((name): Member => ({ name, value: null, text: '' })),
  ]),
);

/** The canonical text of the clear members: their names are in order, and their patterns leave nothing to be escaped. */
function clearMembers(entry: NewEntry, context: EntryContext): string {
  const { clear: allowed } = ruleOf(entry.type);
  const clear: Clear = entry.clear;
  for (const name of Object.keys(clear)) {
    if (clear[name] != null && !isOneOf(allowed, name))
      throw new RangeError(`${entry.type} has no clear field ${name}`);
  }
  let text = '';
  for (const member of MEMBERS.get(entry.type) ?? []) {
    const value = clearValue(member.name, entry, clear, context);
    if (value == null) continue;
    if (value !== member.value) {
      member.text = writtenMember(member.name, value);
      member.value = value;
    }
    text += text === '' ? member.text : `,${member.text}`;
  }
  return text;
}

type Clear = Readonly<Record<string, string | number | null | undefined>>;

function clearValue(name: Name, entry: NewEntry, clear: Clear, context: EntryContext) {
  switch (name) {
    case 'v':
      return LEAF_VERSION;
    case 'id':
      return context.id;
    case 't':
      return entry.type;
    case 'at':
      return context.at;
    case 'now':
      return context.now;
    case 'br':
      return entry.brandId;
    default:
      return clear[name];
  }
}

/** A member as it stands in the leaf. Type and instants come from the ledger itself. */
function writtenMember(name: Name, value: string | number): string {
  if (name === 'id' || name === 'br') checked(UUID, name, value);
  else if (name !== 'v' && name !== 't' && name !== 'at' && name !== 'now') checked(CLEAR_FIELDS[name], name, value);
  return typeof value === 'number' ? `"${name}":${value}` : `"${name}":"${value}"`;
}

function isOneOf(fields: readonly ClearField[], name: string): name is ClearField {
  return (fields as readonly string[]).includes(name);
}

const UUID = CLEAR_FIELDS.ref;

function checked(pattern: RegExp | 'count', field: string, value: string | number): void {
  const fits =
    pattern === 'count'
      ? typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
      : typeof value === 'string' && pattern.test(value);
  if (!fits) throw new RangeError(`the value of ${field} is not one that may stand in clear`);
}
