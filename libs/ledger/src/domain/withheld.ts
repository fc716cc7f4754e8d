/**
 * What entries disclose for the operator's own comparison of the tables with the log, and bundles do not show: keyed hashes
 * of addresses. They say nothing without the key, and would be the same in every bundle that is about one address.
 */
const WITHHELD: Readonly<Record<string, string>> = {
  'addresses.kept': 'addresses',
  'suppression.added': 'evidence',
  'suppression.removed': 'evidence',
};

/** Whether this is never shown to whoever verifies entries. */
export function isWithheld(type: unknown, name: string): boolean {
  return typeof type === 'string' && Object.hasOwn(WITHHELD, type) && WITHHELD[type] === name;
}
