import { describe, expect, it } from '@jest/globals';
import { readMailReport } from './mail-report.js';

const ID = '01938f5e-7c1a-7000-8000-00000000c0d1';
const VERP = `bounces+${ID}@nordlicht.example`;

/** A report as a server composes it: its own headers, the fields of the recipient, and as much of our mail as it sends back. */
const dsn = (headers: string, fields: string, original: 'message' | 'headers' | 'none' = 'message'): Buffer => {
  const back =
    original === 'none'
      ? ''
      : `--B\n${original === 'message' ? 'Content-Type: message/rfc822' : 'Content-Type: text/rfc822-headers'}\n\n` +
        `Return-path: <${VERP}>\nFrom: N <news@nordlicht.example>\nTo: ada@people.example\nSubject: S\nMessage-ID: <${ID}@nordlicht.example>\n\n${original === 'message' ? 'x\n' : ''}\n`;
  return Buffer.from(
    `${headers}\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="B"\n\n` +
      `--B\nContent-Type: text/plain; charset=us-ascii\n\nThis is the mail system.\n\n` +
      `--B\nContent-Type: message/delivery-status\n\n${fields}\n\n${back}--B--\n`.replaceAll('\n\n\n', '\n\n'),
  );
};
const EXIM = `From: Mail Delivery System <Mailer-Daemon@relay.example>\nTo: ${VERP}\nAuto-Submitted: auto-replied\nX-Failed-Recipients: ada@people.example\nSubject: Mail delivery failed: returning message to sender`;
const exim = (diagnostic: string) => dsn(EXIM, `Reporting-MTA: dns; relay.example\n\nAction: failed\nFinal-Recipient: rfc822;ada@people.example\nStatus: 5.0.0\nRemote-MTA: dns; mx.people.example\nDiagnostic-Code: smtp; ${diagnostic}`); // prettier-ignore
const POSTFIX = `From: MAILER-DAEMON@relay.example (Mail Delivery System)\nTo: ${VERP}\nAuto-Submitted: auto-replied\nSubject: Undelivered Mail Returned to Sender`;
const postfix = (status: string, diagnostic: string) => dsn(POSTFIX, `Reporting-MTA: dns; relay.example\nX-Postfix-Queue-ID: 4Z1\nX-Postfix-Sender: rfc822; ${VERP}\nArrival-Date: Fri, 27 Nov 2026 04:15:28 +0000 (UTC)\n\nFinal-Recipient: rfc822; ada@people.example\nOriginal-Recipient: rfc822;ada@people.example\nAction: failed\nStatus: ${status}\nRemote-MTA: dns; mx.people.example\nDiagnostic-Code: smtp; ${diagnostic}`); // prettier-ignore
const plain = (fields: string, original?: 'message' | 'headers' | 'none') => dsn(`From: postmaster@relay.example\nTo: ${VERP}\nSubject: Undeliverable: S`, fields, original); // prettier-ignore

describe('bounces as mail servers write them', () => {
  it.each<[string, string, string | null, Buffer]>([
    // Exim writes 5.0.0 of everything; what the other server said stands in the diagnostic.
    ['Exim, an unknown user', 'hard', '5.1.1', exim('550 5.1.1 <ada@people.example>: Recipient address rejected: User unknown in virtual mailbox table')], // prettier-ignore
    ['Exim, a full mailbox', 'soft', '5.2.2', exim('552 5.2.2 mailbox full')],
    ['Exim, a policy', 'soft', '5.7.1', exim('550 5.7.1 Message rejected due to content restrictions')],
    ['Exim, of a server without enhanced codes', 'hard', '5.1.1', exim('550 No such user here')],
    ['Exim, of one that says nothing', 'soft', '5.0.0', exim('550 Administrative prohibition')],
    ['Exim, of one that names an address in numbers', 'soft', '5.0.0', exim('550 Rejected, see http://rbl.example?ip=5.1.1.3')], // prettier-ignore
    ['Exim, a line that goes on', 'hard', '5.1.1', exim('550-5.1.1 The email account that you tried to reach does not exist.\n  550-5.1.1 Please try double-checking')], // prettier-ignore
    ['Postfix, an unknown user', 'hard', '5.1.1', postfix('5.1.1', '550 5.1.1 <ada@people.example>: Recipient address rejected: User unknown in local recipient table')], // prettier-ignore
    ['Postfix, of a server without enhanced codes', 'hard', '5.1.1', postfix('5.0.0', '550 unknown user <ada@people.example>')], // prettier-ignore
    ['Postfix, a full mailbox', 'soft', '5.2.2', postfix('5.2.2', '552 5.2.2 <ada@people.example>: user is over quota')], // prettier-ignore
    ['Postfix, nobody answered for days', 'soft', '4.4.1', postfix('4.4.1', 'connect to mx.people.example[192.0.2.1]:25: Connection timed out')], // prettier-ignore
    ['Postfix, no such domain', 'hard', '5.1.2', postfix('5.1.2', 'X-Postfix; Host or domain name not found.')],
    ['Exchange Online, an unknown recipient', 'hard', '5.1.10', plain('Reporting-MTA: dns;DB8PR01.eurprd01.prod.exchangelabs.com\nReceived-From-MTA: dns;relay.example\nArrival-Date: Fri, 27 Nov 2026 04:15:28 +0000\n\nFinal-Recipient: rfc822;ada@people.example\nAction: failed\nStatus: 5.1.10\nDiagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ada@people.example not found by SMTP address lookup')], // prettier-ignore
    ['Exchange, an old one', 'hard', '5.1.1', plain('Reporting-MTA: dns;ex.people.example\n\nFinal-recipient: RFC822;ada@people.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp;550 5.1.1 RESOLVER.ADR.RecipNotFound; not found\nX-Display-Name: Ada', 'headers')], // prettier-ignore
    ['Exchange, a full mailbox', 'soft', '5.2.2', plain('Reporting-MTA: dns;ex.people.example\n\nFinal-recipient: RFC822;ada@people.example\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp;554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException')], // prettier-ignore
    ['Gmail, an unknown user', 'hard', '5.1.1', plain("Reporting-MTA: dns; googlemail.com\nReceived-From-MTA: dns; news@nordlicht.example\nArrival-Date: Thu, 26 Nov 2026 20:15:28 -0800 (PST)\nX-Original-Message-ID: <x@y>\n\nFinal-Recipient: rfc822; ada@gmail.com\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; gmail-smtp-in.l.google.com. (142.250.1.27, the server for the domain gmail.com.)\nDiagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try\n 550-5.1.1 double-checking the recipient's email address for typos or\n 550 5.1.1  https://support.google.com/mail/?p=NoSuchUser d2e1a72fcca58-6cb - gsmtp\nLast-Attempt-Date: Thu, 26 Nov 2026 20:15:29 -0800 (PST)")], // prettier-ignore
    ['Gmail, disabled', 'hard', '5.2.1', plain('Reporting-MTA: dns; googlemail.com\n\nFinal-Recipient: rfc822; ada@gmail.com\nAction: failed\nStatus: 5.2.1\nDiagnostic-Code: smtp; 550 5.2.1 The email account that you tried to reach is disabled.')], // prettier-ignore
    ['Sendmail, an unknown user', 'hard', '5.1.1', plain('Reporting-MTA: dns; relay.example\nReceived-From-MTA: DNS; [192.0.2.7]\nArrival-Date: Fri, 27 Nov 2026 04:15:28 GMT\n\nFinal-Recipient: RFC822; ada@people.example\nAction: failed\nStatus: 5.1.1\nRemote-MTA: DNS; mx.people.example\nDiagnostic-Code: SMTP; 550 5.1.1 <ada@people.example>... User unknown\nLast-Attempt-Date: Fri, 27 Nov 2026 04:15:28 GMT', 'headers')], // prettier-ignore
    ['Sendmail, X-Unix', 'hard', '5.1.1', plain('Reporting-MTA: dns; relay.example\n\nFinal-Recipient: RFC822; ada@people.example\nX-Actual-Recipient: rfc822; ada@relay.example\nAction: failed\nStatus: 5.1.1\nLast-Attempt-Date: Fri, 27 Nov 2026 04:15:28 GMT')], // prettier-ignore
    ['Amazon SES', 'hard', '5.1.1', plain('Reporting-MTA: dns; a8-50.smtp-out.amazonses.com\n\nAction: failed\nFinal-Recipient: rfc822; ada@people.example\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\nStatus: 5.1.1')], // prettier-ignore
    ['Yahoo', 'hard', '5.1.1', plain("Reporting-MTA: dns; relay.example\n\nFinal-Recipient: rfc822; ada@yahoo.com\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 554 delivery error: dd This user doesn't have a yahoo.com account (ada@yahoo.com) [0] - mta4.mail.bf1.yahoo.com")], // prettier-ignore
    ['qmail behind another', 'hard', '5.1.1', plain('Reporting-MTA: dns; relay.example\n\nFinal-Recipient: rfc822; ada@people.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 sorry, no mailbox here by that name (#5.1.1)')], // prettier-ignore
    ['OpenSMTPD', 'hard', '5.1.1', plain('Reporting-MTA: dns; relay.example\n\nFinal-Recipient: rfc822; ada@people.example\nAction: failed\nStatus: 5.1.1')], // prettier-ignore
    ['Courier', 'hard', '5.1.1', plain('Reporting-MTA: dns; relay.example\nArrival-Date: Fri, 27 Nov 2026 04:15:28 +0000\n\nFinal-Recipient: rfc822; ada@people.example\nAction: failed\nStatus: 5.0.0\nRemote-MTA: dns; mx [192.0.2.1]\nDiagnostic-Code: smtp; 550 User unknown.', 'headers')], // prettier-ignore
    ['Domino, no status in the registry', 'soft', '5.0.0', plain('Reporting-MTA: dns;domino.people.example\n\nFinal-Recipient: rfc822;ada@people.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: X-Notes; Router: Failed to connect to SMTP host', 'headers')], // prettier-ignore
    ['one that quotes nothing and says no status', 'hard', '5.1.1', plain('Reporting-MTA: dns; relay.example\n\nFinal-Recipient: rfc822; ada@people.example\nAction: failed\nDiagnostic-Code: smtp; 550 5.1.1 unknown', 'none')], // prettier-ignore
    ['one that gave up for now, and quotes a word', 'soft', '4.0.0', plain('Reporting-MTA: dns; relay.example\n\nFinal-Recipient: rfc822; ada@people.example\nAction: failed\nStatus: 4.0.0\nDiagnostic-Code: smtp; 450 user unknown; 5.1.1')], // prettier-ignore
  ])('%s: %s', async (_what, kind, status, raw) => {
    expect(await readMailReport(raw)).toMatchObject([
      { kind: 'event', type: 'bounced', message: { id: ID }, bounce: { kind, status } },
    ]);
  });
});
