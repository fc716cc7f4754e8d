import type { Fact } from './fact.js';

/**
 * Which ids stand for names that nobody knows any more: those of erased people whom the last version of the same fact names,
 * each where it stood, and else in their order. A fact that its CRM sends again is taken so, and the erased person stays away:
 * their id was there before and stands for nobody.
 * @param names every contact that the fact names now, in its order; @param last its last version
 * @param isKnown whether there is a contact of this name; @param isErased whether this id was one of a person who was erased
 * @returns null where a name is left for which nobody can stand
 */
export function standInsFor(
  names: readonly string[],
  last: Fact | null,
  isKnown: (name: string) => boolean,
  isErased: (id: string) => boolean,
): ReadonlyMap<string, string> | null {
  const stood = last === null ? [] : contactsOf(last);
  const found = new Map<string, string>();
  const taken = new Set<string>();
  names.forEach((name, place) => {
    const id = stood[place];
    if (isKnown(name) || found.has(name) || id === undefined || !isErased(id) || taken.has(id)) return;
    found.set(name, id);
    taken.add(id);
  });
  const left = [...new Set(stood)].filter((id) => isErased(id) && !taken.has(id));
  for (const name of names) {
    if (isKnown(name) || found.has(name)) continue;
    const id = left.shift();
    if (id === undefined) return null;
    found.set(name, id);
  }
  return found;
}

/** The fact with the roles of erased people as they stood: nothing new is recorded about them. */
export function withRolesAsTheyStood(fact: Fact, last: Fact | null, isErased: (id: string) => boolean): Fact {
  if (fact.kind !== 'opportunity' || last?.kind !== 'opportunity') return fact;
  const roles = fact.roles.map((member) => {
    const stood = isErased(member.contactId)
      ? last.roles.find(({ contactId }) => contactId === member.contactId)
      : undefined;
    return stood ?? member;
  });
  return { ...fact, roles };
}

/** Ids of everybody whom a fact names, in the order in which it is reported. */
export function contactsOf(fact: Fact): string[] {
  const roles = fact.kind === 'opportunity' ? fact.roles.map(({ contactId }) => contactId) : [];
  const whose = 'contactId' in fact && fact.contactId !== undefined ? [fact.contactId] : [];
  return [...whose, ...roles];
}
