/** A mail server to look into, for development and the demo. */
export { startMailbox, type Mailbox, type MailboxOptions } from './mailbox.js';
export type { MailSummary } from './mail-store.js';
