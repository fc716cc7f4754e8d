import type { ConsentEventKind, PersonRecord, SuppressionReason } from '#lib/consent';
import type { DropReason, HoldReason } from '#lib/decision';
import type { Channel } from '#lib/kernel';
import type { ENTRY_TYPES, EntryType } from '#lib/ledger';
import type { FeedbackType } from '../../feedback/domain/feedback.js';
import type { FailReason, MessageStatus } from '../../messages/domain/message.js';
import type { TouchType } from '../../messages/touch.store.js';

/** How something was said, as this product itself writes it down. Callers may name other ways; those are `other`. */
export type KnownMethod =
  | 'web_form'
  | 'page'
  | 'page_undo'
  | 'one_click'
  | 'double_opt_in'
  | 'phone'
  | 'paper'
  | 'keyword'
  | 'mailto'
  | 'erasure'
  | 'merge'
  | 'import'
  | 'import_undo'
  | 'address_changed'
  | 'address_gone'
  | 'carried_over'
  | 'number_reassigned'
  | 'api';

/** What a person's row holds and is handed out. */
export type PersonField = Exclude<keyof PersonRecord['contact'], 'id' | 'subjectId'>;

/** Types of entries in a person's chain. */
type PersonEntryType = {
  [T in EntryType]: (typeof ENTRY_TYPES)[T]['subject'] extends 'none' ? never : T;
}[EntryType];
/** The rest of them is called as the consent event or the touch that it records. */
type OtherEntryType = Exclude<PersonEntryType, `consent.${ConsentEventKind}` | `touch.${FeedbackType}`>;

/**
 * Every text that tells people about what is kept about them: a word for each code that can occur, which does not compile
 * when one is missing. The contacts' pages say the same things with the same words.
 */
export type PersonTextKey =
  | `channel.${Channel}`
  | `record.${ConsentEventKind | 'takenBack' | 'how' | 'words' | 'noWords' | 'version' | 'general'}`
  | `method.${KnownMethod | 'other'}`
  | `suppression.${SuppressionReason}`
  | `status.${MessageStatus}`
  | `outcome.${'pass' | 'defer' | 'drop'}`
  | `held.${HoldReason | 'other'}`
  | `ended.${DropReason | FailReason}`
  | `touch.${FeedbackType | TouchType}`
  | `entry.${OtherEntryType}`
  | `field.${PersonField}`
  | `own.${'title' | 'intro' | 'you' | 'standing' | 'history' | 'messages' | 'facts' | 'ledger' | 'ledgerNote' | 'none'}`
  | `own.${'since' | 'until' | 'notCounted' | 'blocked' | 'lifted' | 'source' | 'allowance'}`
  | `footer.${'privacy' | 'contact'}`
  | 'quiet.heading'
  | 'frequency.heading'
  | 'thing';

/** Values stand in braces. Nothing else of ICU is used here, so no library is needed to say them. */
export type PersonTexts = Readonly<Record<PersonTextKey, string>>;

/** With which word a person is told of a consent event: of an undo, that they took something back. */
export function wordOf({ kind, method }: { readonly kind: string; readonly method: string }): string {
  return kind === 'invalidated' && method === ('page_undo' satisfies KnownMethod) ? 'takenBack' : kind;
}
