import { describe, expect, it } from '@jest/globals';
import { readWordedBounce } from './domain/report-in-words.js';
import { readMailReport } from './mail-report.js';

const ID = '01938f5e-7c1a-7000-8000-00000000c0d1';
const VERP = `bounces+${ID}@nordlicht.example`;
const OURS = `From: N <news@nordlicht.example>\r\nTo: ada@people.example\r\nMessage-ID: <${ID}@nordlicht.example>\r\nSubject: Words\r\n\r\nHello\r\nTo unsubscribe write to us.\r\n`;

const mail = (text: string, headers: Record<string, string> = {}): Buffer => {
  const all = { 'Return-Path': '<>', From: 'MAILER-DAEMON@relay.example', To: VERP, Subject: 'failure notice', Date: 'Fri, 27 Nov 2026 04:15:28 +0000', ...headers }; // prettier-ignore
  const fields = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${fields.join('')}\r\n${text}`);
};

const qmail = (reason: string, back = OURS) =>
  `Hi. This is the qmail-send program at relay.example.\r\nI'm afraid I wasn't able to deliver your message to the following addresses.\r\nThis is a permanent error; I've given up. Sorry it didn't work out.\r\n\r\n<ada@people.example>:\r\n${reason}\r\n\r\n--- Below this line is a copy of the message.\r\n\r\nReturn-Path: <${VERP}>\r\n${back}`;
const exim = (reason: string) =>
  `This message was created automatically by mail delivery software.\r\n\r\nA message that you sent could not be delivered to one or more of its\r\nrecipients. This is a permanent error. The following address(es) failed:\r\n\r\n  ada@people.example\r\n    ${reason}\r\n\r\n------ This is a copy of the message, including all the headers. ------\r\n\r\n${OURS}`;
const FAILED = { 'X-Failed-Recipients': 'ada@people.example', 'Auto-Submitted': 'auto-replied' };
const elsewhere = { To: 'postmaster@nordlicht.example' };
const google = `Delivery to the following recipient failed permanently:\r\n\r\n     ada@people.example\r\n\r\nTechnical details of permanent failure:\r\nGoogle tried to deliver your message, but it was rejected by the server for the recipient domain people.example.\r\n\r\nThe error that the other server returned was:\r\n550 5.1.1 <ada@people.example>: Recipient address rejected\r\n\r\n----- Original message -----\r\n\r\n${OURS}`;
const DELAYED = { ...FAILED, From: 'Mail Delivery Subsystem <mailer-daemon@googlemail.com>', Subject: 'Delivery Status Notification (Delay)' }; // prettier-ignore
const late = (...words: string[]) =>
  `${words.join('\r\n')}\r\n\r\n     ada@people.example\r\n\r\n----- Original message -----\r\n\r\n${OURS}`;
const quotingDelay = google.replace('Subject: Words', 'Subject: Your parcel has been delayed');

describe('bounces that only words tell', () => {
  it.each<[string, string, string | null, Buffer]>([
    ['qmail, of a mailbox of its own', 'hard', '5.1.1', mail(qmail('Sorry, no mailbox here by that name. (#5.1.1)'))],
    ['qmail, of another server', 'hard', '5.1.1', mail(qmail('192.0.2.1 does not like recipient.\r\nRemote host said: 550 5.1.1 User unknown\r\nGiving up on 192.0.2.1.'))], // prettier-ignore
    ['qmail, of a server without enhanced codes', 'hard', '5.1.1', mail(qmail('192.0.2.1 does not like recipient.\r\nRemote host said: 550 No such user here'))], // prettier-ignore
    ['qmail, of a full mailbox', 'soft', '5.2.2', mail(qmail('Remote host said: 552 5.2.2 mailbox full'))],
    ['qmail, after a week', 'soft', '4.4.1', mail(qmail("Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)\r\nI'm not going to try again; this message has been in the queue too long."))], // prettier-ignore
    ['qmail, without a word of why', 'soft', null, mail(qmail('Sorry.'))],
    ['qmail, to a mailbox of all', 'hard', '5.1.1', mail(qmail('Sorry, no mailbox here by that name. (#5.1.1)'), elsewhere)], // prettier-ignore
    ['qmail, to the return path with nothing quoted', 'hard', '5.1.1', mail(qmail('Sorry, no mailbox here by that name. (#5.1.1)', 'x'))], // prettier-ignore
    ['Exim before it had reports', 'hard', '5.1.1', mail(exim('host mx.people.example [192.0.2.1]\r\n    SMTP error from remote mail server after RCPT TO:<ada@people.example>:\r\n    550 5.1.1 User unknown'), FAILED)], // prettier-ignore
    ['Exim, a full mailbox', 'soft', '5.2.2', mail(exim('552 5.2.2 over quota'), FAILED)],
    ['Exim, to a mailbox of all', 'hard', '5.1.1', mail(exim('550 5.1.1 User unknown'), { ...FAILED, ...elsewhere })],
    ['Google, of a domain that it relays for', 'hard', '5.1.1', mail(google, { ...FAILED, From: 'Mail Delivery Subsystem <mailer-daemon@googlemail.com>' })], // prettier-ignore
    ['Google, of a mail that is about a delay', 'hard', '5.1.1', mail(quotingDelay, { ...DELAYED, Subject: 'Delivery Status Notification (Failure)' })], // prettier-ignore
  ])('%s: %s', async (_what, kind, status, raw) => {
    expect(await readMailReport(raw)).toMatchObject([
      { kind: 'event', type: 'bounced', message: { id: ID }, bounce: { kind, status } },
    ]);
  });

  it.each<[string, Buffer]>([
    ['somebody who begins so', mail('Hi. This is the third time that I ask you.\r\n\r\n<ada@people.example>:\r\nstop\r\n\r\n-- \r\nAda', { 'Return-Path': '<ada@people.example>', From: 'ada@people.example' })], // prettier-ignore
    ['a person who passes one on', mail(qmail('Sorry. (#5.1.1)'), { 'Return-Path': '<ada@people.example>', From: 'ada@people.example' })], // prettier-ignore
    ['a mail that is late', mail('This message was created automatically by mail delivery software.\r\nA message that you sent has not yet been delivered to\r\n  ada@people.example\r\n\r\nNo action is required on your part. Delivery attempts will continue')], // prettier-ignore
    ['one that Google calls late', mail(late('Delivery to the following recipient was tried:'), DELAYED)],
    ['one of which the text says so', mail(late('Delivery to the following recipient has been', 'delayed:'), FAILED)],
    ['a warning', mail(late('THIS IS A WARNING MESSAGE ONLY.', 'YOU DO NOT NEED TO RESEND YOUR MESSAGE.'), FAILED)],
    ['one that is tried again', mail(late('Message will be retried for 2 more day(s)'), FAILED)],
    ['one that goes on being tried', mail(late('We will continue to try to deliver it to'), FAILED)],
    ['one that Exim goes on trying', mail(late('A message that you sent has not yet been delivered to'), FAILED)],
    ['an absence', mail('I am away until Monday.', { 'Auto-Submitted': 'auto-replied' })],
    ['one of another sender', mail(qmail('Sorry, no mailbox here by that name. (#5.1.1)', 'Message-ID: <x@y>\r\n\r\nx').replace(VERP, 'x@y.example'), elsewhere)], // prettier-ignore
  ])('is none: %s', async (_what, raw) => expect(await readMailReport(raw)).toBeNull());

  it.each([
    ['paragraphs', `Hi. This is the ${'\n\n<a>:\nb\nc\n'.repeat(20_000)}`],
    ['lines', `Hi. This is the x\n\n<a>:\n${'b\n'.repeat(50_000)}`],
    ['hyphens', `x\n${'-'.repeat(99_000)}`],
    ['blanks', `Hi. This is the x\n\n<a>:\n5${' '.repeat(99_000)}`],
    ['words', `Hi. This is the x\n\n<a>:\n${'550 user '.repeat(10_000)}`],
  ])('many %s are read in no time', (_what, text) => {
    const before = performance.now();
    const header = (name: string) => (name === 'x-failed-recipients' ? 'ada@people.example' : undefined);
    readWordedBounce({ from: 'mailer-daemon@relay.example', subject: '', text, header });
    expect(performance.now() - before).toBeLessThan(500);
  });
});

const complaint = (subject: string, back = OURS) =>
  Buffer.from(
    `From: staff@hotmail.com\r\nTo: complaints@nordlicht.example\r\nSubject: ${subject}\r\nDate: Fri, 27 Nov 2026 04:15:28 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="M"\r\n\r\n--M\r\nContent-Type: message/rfc822\r\nContent-Disposition: inline\r\n\r\nX-HmXmrOriginalRecipient: ada@people.example\r\n${back}\r\n--M--\r\n`,
  );

describe("complaints in a provider's own form", () => {
  it.each(['192.0.2.7', '2001:db8::7'])('of a message from %s', async (address) => {
    expect(await readMailReport(complaint(`complaint about message from ${address}`))).toMatchObject([
      { type: 'complained', message: { id: ID }, at: Date.parse('2026-11-27T04:15:28Z'), bounce: null },
    ]);
  });

  it('none: another subject, and another mail beneath it', async () => {
    expect(await readMailReport(complaint('Your complaint about message from us'))).toBeNull();
    expect(await readMailReport(complaint('complaint about message from 192.0.2.7', 'Message-ID: <x@y>\r\n\r\nx'))).toBeNull(); // prettier-ignore
  });
});
