import type { SendResult } from '../channel-sender.js';
import { mailboxBy, saysNoSuchUser, saysOfSender } from './no-such-mailbox.js';

/** What is known about a hand-over over SMTP that did not end with a 250 for the message. */
export interface SmtpFailure {
  /** Kind of failure as nodemailer names it: EENVELOPE, EMESSAGE, EAUTH, ECONNECTION, ETIMEDOUT, ... */
  readonly code: string;
  /** The command that was refused: MAIL FROM, RCPT TO, DATA, AUTH ..., or CONN when there was none. */
  readonly command: string;
  /** Reply code of the server, null when the failure is not a reply. */
  readonly replyCode: number | null;
  readonly reply: string;
  /** True when a byte of the content was, or may have been, written to the connection. */
  readonly contentBegan: boolean;
}

/**
 * Says what a failure means for the message.
 *
 * Until the server has been sent content there is nothing it could deliver, so everything but a
 * permanent refusal may be tried again. Once content was sent, only a complete final reply tells what
 * became of it (RFC 5321 4.2.5, 6.1; RFC 1047); without one the end is ambiguous. A 421 before the
 * acceptance closes the session and means "not taken" wherever it comes.
 */
export function smtpOutcome(failure: SmtpFailure): SendResult {
  const { code, command, replyCode, contentBegan } = failure;
  const isFinalReply = code === 'EMESSAGE' && command === 'DATA' && replyCode !== null;

  if (replyCode === 421) return transient(failure);
  if (contentBegan && !isFinalReply) return { kind: 'ambiguous', code: resultCode(failure) };
  if (isFinalReply) {
    if (isPermanent(replyCode)) return { kind: 'rejected', code: resultCode(failure), hardBounce: false };
    const isRefusedForNow = replyCode >= 400 && replyCode < 500;
    return isRefusedForNow ? transient(failure) : { kind: 'ambiguous', code: resultCode(failure) };
  }
  if (code === 'EMESSAGE') return { kind: 'rejected', code: 'smtp_mail_too_large', hardBounce: false };
  if (code === 'EENVELOPE' && replyCode !== null && isPermanent(replyCode)) {
    const hardBounce = command === 'RCPT TO' && meansNoSuchMailbox(failure);
    return { kind: 'rejected', code: resultCode(failure), hardBounce };
  }
  return transient(failure);
}

function transient(failure: SmtpFailure): SendResult {
  return { kind: 'transient', code: resultCode(failure), retryAfterMs: null };
}

/**
 * 503 (bad sequence) and 530 (authentication or STARTTLS first) are about the session and not about the
 * message: after the operator has mended the account the same message passes.
 */
function isPermanent(replyCode: number): boolean {
  return replyCode >= 500 && replyCode < 600 && replyCode !== 503 && replyCode !== 530;
}

/**
 * True when a refused RCPT TO says that the mailbox does not exist, which suppresses the address for
 * good. An enhanced code (RFC 3463) is believed over the plain one: 550 5.7.1 is a policy against the
 * sender and 552 5.2.2 a full mailbox, and neither may cost a person their subscription. Without one the words decide: who
 * says why it blocks says nothing of the mailbox. Where the code is about one of both addresses, they have to name it.
 */
function meansNoSuchMailbox({ replyCode, reply }: SmtpFailure): boolean {
  const enhanced = enhancedCode(reply);
  const mailbox = enhanced === null ? null : mailboxBy(enhanced);
  if (mailbox !== null) return mailbox === 'gone' || (mailbox === 'unsaid' && saysNoSuchUser(reply));
  return (replyCode === 550 || replyCode === 551 || replyCode === 553) && !isAboutSender(reply);
}

/** Ends the code of a recipient refused by words that are about whoever sends. */
export const BY_POLICY = 'policy';

function isAboutSender(reply: string): boolean {
  const enhanced = enhancedCode(reply);
  return (enhanced === null || mailboxBy(enhanced) === 'unsaid') && saysOfSender(reply);
}

function enhancedCode(reply: string): string | null {
  return /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})(?![\d.])/.exec(reply)?.[1] ?? null;
}

/** Phase, reply and enhanced code, such as `smtp_rcpt_550_5.1.1`. Never the server's text: it quotes addresses. */
function resultCode({ code, command, replyCode, reply }: SmtpFailure): string {
  const phase = command.split(' ')[0]?.toLowerCase() ?? '';
  const isPolicy = phase === 'rcpt' && replyCode !== null && isPermanent(replyCode) && isAboutSender(reply);
  const meaning = isPolicy ? BY_POLICY : enhancedCode(reply);
  const answer = replyCode === null ? code.toLowerCase() : [replyCode, meaning].filter(Boolean).join('_');
  return ['smtp', phase, answer]
    .filter(Boolean)
    .join('_')
    .replace(/[^a-z0-9_.]/g, '');
}
