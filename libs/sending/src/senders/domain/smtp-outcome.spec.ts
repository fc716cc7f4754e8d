import { describe, expect, it } from '@jest/globals';
import { smtpOutcome, type SmtpFailure } from './smtp-outcome.js';

const failure = (over: Partial<SmtpFailure>): SmtpFailure => ({
  code: 'EENVELOPE',
  command: 'RCPT TO',
  replyCode: null,
  reply: '',
  contentBegan: false,
  ...over,
});
const reply = (command: string, text: string): Partial<SmtpFailure> => ({
  command,
  reply: text,
  replyCode: Number(text.slice(0, 3)),
});
const atEnd = { code: 'EMESSAGE', contentBegan: true };
const lost = { code: 'ECONNECTION', command: 'CONN' };

describe('before content was sent', () => {
  it.each<[string, Partial<SmtpFailure>, string]>([
    ['a refused connection', { code: 'ESOCKET', command: 'CONN' }, 'smtp_conn_esocket'],
    ['an unknown host', { code: 'EDNS', command: 'CONN' }, 'smtp_conn_edns'],
    ['a greeting of 554', { code: 'EPROTOCOL', ...reply('CONN', '554 no service') }, 'smtp_conn_554'],
    ['a server without STARTTLS', { code: 'ETLS', command: 'STARTTLS' }, 'smtp_starttls_etls'],
    ['a refused login', { code: 'EAUTH', ...reply('AUTH PLAIN', '535 5.7.8 no') }, 'smtp_auth_535_5.7.8'],
    ['a timeout', { code: 'ETIMEDOUT', command: 'CONN' }, 'smtp_conn_etimedout'],
    ['a lost connection', lost, 'smtp_conn_econnection'],
    ['greylisting', reply('RCPT TO', '451 4.7.1 try later'), 'smtp_rcpt_451_4.7.1'],
    ['421 at RCPT TO', reply('RCPT TO', '421 4.3.2 closing'), 'smtp_rcpt_421_4.3.2'],
    ['a bad sequence', reply('MAIL FROM', '503 5.5.1 nested'), 'smtp_mail_503_5.5.1'],
    ['a demand to log in', reply('MAIL FROM', '530 5.7.0 log in first'), 'smtp_mail_530_5.7.0'],
    ['something unheard of', { code: 'EWHATEVER', command: '' }, 'smtp_ewhatever'],
  ])('%s is transient', (_name, over, code) => {
    expect(smtpOutcome(failure(over))).toEqual({ kind: 'transient', code, retryAfterMs: null });
  });

  it.each<[string, Partial<SmtpFailure>, string]>([
    ['a refused sender', reply('MAIL FROM', '550 5.7.1 not you'), 'smtp_mail_550_5.7.1'],
    ['a refused DATA', reply('DATA', '554 5.7.1 no'), 'smtp_data_554_5.7.1'],
    ['a mail too large for the server', { code: 'EMESSAGE', command: 'MAIL FROM' }, 'smtp_mail_too_large'],
  ])('%s is final for the message', (_name, over, code) => {
    expect(smtpOutcome(failure(over))).toEqual({ kind: 'rejected', code, hardBounce: false });
  });
});

describe('a refused recipient', () => {
  it.each<[string, boolean]>([
    ['550 no such user', true],
    ['551 moved', true],
    ['553 no mailbox of that name', true],
    ['550 5.1.1 no such user', true],
    ['550-5.1.1 no such user\n550 5.1.1 really', true],
    ['550 5.1.10 null MX', true],
    ['550 5.2.1 disabled', true],
    ['550 5.1.0 <news@acme.example> Sender rejected: domain is blocked', false],
    ['550 5.1.0 Address rejected', false],
    ['550 5.1.4 ambiguous', false],
    ['550 5.1.0 <ada@people.example> No such user', true],
    ['550-5.1.0 Verification failed\n550-5.1.0 No such user here\n550 5.1.0 Sender verify failed', false],
    ['550 5.7.1 blocked', false],
    ['550 5.1.8 bad sender domain', false],
    ['552 5.2.2 mailbox full', false],
    ['552 full', false],
    ['554 no', false],
    ['550 5.1.11.7 not a code, so 550 counts', true],
    ['550 Blocked by Spamhaus', false],
    ['550 rejected because of our policy', false],
    ['553 sorry, your IP has no PTR record', false],
    ['550 relaying denied', false],
    ['550 Mailbox unavailable', true],
    ['550 User unknown', true],
    ['551 User not local', true],
    ['550 Requested action not taken: mailbox unavailable', true],
    ['550 Account disabled', true],
    ['550 Unrouteable address', true],
    ['550 Sender verify failed', false],
    ['550-Verification failed for <post@nordlicht.example>\n550-No such user here\n550 Sender verify failed', false],
    ['550 Sender rejected', false],
    ['550 Sender address rejected: Domain not found', false],
    ['550 Invalid HELO', false],
    ['550 Bad HELO - Host impersonating', false],
    ['550 Service unavailable; Client host [192.0.2.4]', false],
    ['550 Denied by content filter', false],
    ['550 This message was not accepted', false],
    ['550 Message rejected', false],
    ['550 temporary failure', false],
    ['550 Mailbox is full', false],
    ["553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", false],
    ['550 Recipient rejected', true],
  ])('%s: a hard bounce is %s', (text, hardBounce) => {
    expect(smtpOutcome(failure(reply('RCPT TO', text)))).toMatchObject({ kind: 'rejected', hardBounce });
  });
});

it.each([
  ['550 5.1.0 Sender rejected: domain is blocked', 'smtp_rcpt_550_policy'],
  ['550 5.1.0 Address rejected', 'smtp_rcpt_550_5.1.0'],
])('what may be about whoever sends, and says so in words, is a policy: %s', (text, code) => {
  expect(smtpOutcome(failure(reply('RCPT TO', text)))).toMatchObject({ code });
});

describe('after content was sent', () => {
  it.each<[string, Partial<SmtpFailure>]>([
    ['a lost connection', { ...lost, contentBegan: true }],
    ['a timeout', { code: 'ETIMEDOUT', command: 'CONN', contentBegan: true }],
    ['a broken socket', { code: 'ESOCKET', command: 'CONN', contentBegan: true }],
    ['half a reply before the connection was lost', { ...lost, ...reply('CONN', '550 5.7.1 spa'), contentBegan: true }],
    ['a reply that makes no sense', { ...atEnd, ...reply('DATA', '354 go on') }],
    ['something unheard of', { code: 'EWHATEVER', command: '', contentBegan: true }],
  ])('%s is ambiguous', (_name, over) => {
    expect(smtpOutcome(failure(over))).toMatchObject({ kind: 'ambiguous' });
  });

  it.each<[string, Partial<SmtpFailure>]>([
    ['451 as final reply', { ...atEnd, ...reply('DATA', '451 4.3.0 later') }],
    ['421 as final reply', { ...atEnd, ...reply('DATA', '421 4.3.0 closing') }],
    ['421 in the middle', { ...lost, ...reply('CONN', '421 4.3.0 closing'), contentBegan: true }],
  ])('%s is transient', (_name, over) => {
    expect(smtpOutcome(failure(over))).toMatchObject({ kind: 'transient' });
  });

  it('a 5xx as final reply is final, and says nothing against the address', () => {
    const result = smtpOutcome(failure({ ...atEnd, ...reply('DATA', '550 5.1.1 spam') }));
    expect(result).toEqual({ kind: 'rejected', code: 'smtp_data_550_5.1.1', hardBounce: false });
  });
});

it('a result code never holds the text of the server, which quotes addresses', () => {
  const result = smtpOutcome(
    failure({ ...reply('RCPT TO', '550 5.1.1 <ada@example.org> unknown'), command: 'RCPT TO' }),
  );
  expect(JSON.stringify(result)).not.toContain('ada');
});
