/** Ids are branded so that two strings cannot be swapped. The brand exists for the compiler only. */
type Branded<Name extends string> = string & { readonly __brand: Name };

/** UUID of a brand, the identity that speaks. */
export type BrandId = Branded<'BrandId'>;
/** UUID of a contact, a person known to one brand. */
export type ContactId = Branded<'ContactId'>;
/** UUID of a contact point: one address on one channel. */
export type ContactPointId = Branded<'ContactPointId'>;
/** UUIDv7 of a message, one accepted request to reach one contact. */
export type MessageId = Branded<'MessageId'>;
/** UUIDv7 of a ledger entry. */
export type EntryId = Branded<'EntryId'>;
/** UUID under which the ledger keeps one person's chain; known to nobody outside. */
export type SubjectId = Branded<'SubjectId'>;
