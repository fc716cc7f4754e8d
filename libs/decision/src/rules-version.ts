/**
 * Which rules a decision was made by, as far as neither its policy nor its packs nor the tables say it: the code. The
 * number is raised by hand, and only when a verdict changes on purpose; what was done before stays behind the number
 * it was done under, so that a decision of then comes out as it did. Versions are added, never changed.
 *
 * - 1: whatever was decided before decisions said by which rules.
 * - 2: a brand's own rules for places know where a region, a postal code or a number leads, by the tables, as packs do.
 * - 3: a region and a postal code that is not in it both count, for clocks, laws and holidays, and a geographic number
 *   and a profile that cannot be there for clocks; British postal codes of the islands, of territories overseas and of the
 *   forces say where they lead; and what only a rate or a warm-up keeps from leaving is not ended by hours that drop.
 * - 4: a ZIP code says the state whose law holds: of a number and a code that name different states both, of a region
 *   and a code likewise, also where their clocks are the same.
 * - 5: a geographic number and a country that it is not of both count, for clocks; and UTC as a device or another system
 *   has it says nothing where another source knows more.
 *
 * The golden decisions hold each of them, and have a case that each decides otherwise than the one before.
 */
export const RULES_VERSIONS = [1, 2, 3, 4, 5] as const;
export type RulesVersion = (typeof RULES_VERSIONS)[number];

/** What is decided by today. */
export const RULES: RulesVersion = 5;

/** What a decision says of its rules: those of before say nothing. Null: rules that this release does not know. */
export function rulesOf({ rules = 1 }: { readonly rules?: number }): RulesVersion | null {
  return RULES_VERSIONS.find((version) => version === rules) ?? null;
}
