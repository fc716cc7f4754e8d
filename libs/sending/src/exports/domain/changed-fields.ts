import { isSame } from '#lib/kernel';
import type { LedgerLine } from './person-export.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * What each entry changed of what is kept about a person, in their order; null: it is about something else. An entry with
 * `created` holds the whole record as it is afterwards, so of that only what was not so before is a change: the entries
 * before it tell. After a merge no entry tells which of both records a value is from: either may have been there.
 */
export function changesOf(ledger: readonly Pick<LedgerLine, 'type' | 'disclosed'>[]): (Fields | null)[] {
  const known = new Map<string, readonly Fields[]>();
  return ledger.map(({ type, disclosed }) => {
    const { contact, change } = disclosed;
    if (type !== 'contact.changed' || !isFields(change)) return null;
    const who = idIn(contact);
    const before = change['created'] === true ? [{}] : (known.get(who) ?? [{}]);
    if (typeof change['created'] === 'boolean') {
      known.set(who, [change]);
      const changed = ([name, value]: [string, unknown]) =>
        before.every((fields) => !isSame(filled(fields[name]), filled(value)));
      return Object.fromEntries(Object.entries(change).filter(changed));
    }
    const other = change['merged'] === undefined ? [] : (known.get(idIn(change['merged'])) ?? []);
    known.set(
      who,
      together(before, other).map((fields) => withChoices(fields, change)),
    );
    return change;
  });
}

/** Each record as it may be, and both as one: what either has, and of lists and of what has names all. */
function together(mine: readonly Fields[], others: readonly Fields[]): readonly Fields[] {
  return [...mine, ...others, ...mine.flatMap((one) => others.map((other) => asOne(one, other)))];
}

function asOne(mine: Fields, other: Fields): Fields {
  const names = [...new Set([...Object.keys(mine), ...Object.keys(other)])];
  return Object.fromEntries(
    names.map((name) => {
      const [own, theirs] = [filled(mine[name]), filled(other[name])];
      if (isList(own) && isList(theirs)) return [name, [...new Set([...own, ...theirs])].sort()];
      if (isFields(own) && isFields(theirs)) return [name, { ...theirs, ...own }];
      return [name, own ?? theirs];
    }),
  );
}

/** What a person chose stands by its name in an entry, and beside others of its kind in a record. */
function withChoices(fields: Fields, change: Fields): Fields {
  let after = fields;
  for (const [name, value] of Object.entries(change)) {
    const [kind = name, choice] = name.split('.', 2);
    const present = after[kind];
    after = {
      ...after,
      [kind]: choice === undefined ? value : withoutEmpty({ ...(isFields(present) ? present : {}), [choice]: value }),
    };
  }
  return after;
}

function withoutEmpty(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => filled(value) !== null));
}

/** What is empty says as much as what is missing. */
function filled(value: unknown): unknown {
  const isEmpty =
    value === undefined || value === '' || (typeof value === 'object' && Object.keys(value ?? {}).length === 0);
  return isEmpty ? null : value;
}

function idIn(value: unknown): string {
  return isFields(value) && typeof value['id'] === 'string' ? value['id'] : '';
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
