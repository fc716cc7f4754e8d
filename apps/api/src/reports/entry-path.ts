/** Path of a ledger entry; null for none. */
export function entryPath(id: string | null): string | null {
  return id === null ? null : `/v1/ledger/entries/${id}`;
}
