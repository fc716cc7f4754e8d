import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ANY_CHARACTER } from '../../../../test/support/any-character.js';
import { checkMailbox, type MailboxProblem } from './mailbox.js';
import { runs } from '../../../../test/support/runs.js';

describe('one mailbox', () => {
  it.each([
    ['ada@example.org', 'ada@example.org'],
    ['Ada.Lovelace+news@Example.ORG', 'Ada.Lovelace+news@example.org'],
    ["o'neill_/=?^`{|}~!#$%&*-@example.org", "o'neill_/=?^`{|}~!#$%&*-@example.org"],
    ['ada@müller.example', 'ada@xn--mller-kva.example'],
    ['ada@MÜLLER.example', 'ada@xn--mller-kva.example'],
    ['ada@例え.テスト', 'ada@xn--r8jz45g.xn--zckzah'],
    [`${'a'.repeat(64)}@example.org`, `${'a'.repeat(64)}@example.org`],
  ])('%s', (text, address) => {
    expect(checkMailbox(text)).toMatchObject({ kind: 'mailbox', address });
  });
});

describe('refused', () => {
  it.each<[string, MailboxProblem]>([
    ['b@ex.org, evil@x.y', 'not_one_mailbox'],
    ['b@ex.org,evil@x.y', 'not_one_mailbox'],
    ['b@ex.org;evil@x.y', 'not_one_mailbox'],
    ['team: a@ex.org, b@ex.org;', 'not_one_mailbox'],
    ['undisclosed-recipients:;', 'not_one_mailbox'],
    ['Ada <ada@example.org>', 'not_one_mailbox'],
    ['<ada@example.org>', 'not_one_mailbox'],
    ['ada@example.org>', 'not_one_mailbox'],
    ['<@evil.example:ada@example.org>', 'not_one_mailbox'],
    ['ada(comment)@example.org', 'not_one_mailbox'],
    ['ada@example.org evil@x.y', 'not_one_mailbox'],
    ['a@b@example.org', 'not_one_mailbox'],
    ['ada@[127.0.0.1]', 'not_one_mailbox'],
    ['ada', 'not_one_mailbox'],
    ['', 'not_one_mailbox'],
    ['"a,b"@example.org', 'quoted'],
    ['"evil@x.y"@example.org', 'quoted'],
    ['"a\r\nb"@example.org', 'control_character'],
    ['ada\\@example.org', 'quoted'],
    ['ada@example.org\r\nRCPT TO:<evil@x.y>', 'control_character'],
    ['ada@example.org\n', 'control_character'],
    ['ada\u0000@example.org', 'control_character'],
    ['ada@example.org\u2028', 'control_character'],
    ['ädä@example.org', 'non_ascii_local_part'],
    ['ada＠example.org', 'not_one_mailbox'],
    ['аda@example.org', 'non_ascii_local_part'],
    ['.ada@example.org', 'invalid_local_part'],
    ['a..b@example.org', 'invalid_local_part'],
    ['@example.org', 'invalid_local_part'],
    ['ada@', 'invalid_domain'],
    ['ada@localhost', 'invalid_domain'],
    ['ada@example.org.', 'invalid_domain'],
    ['ada@127.0.0.1', 'invalid_domain'],
    ['ada@0x7f.1', 'invalid_domain'],
    ['ada@ex%61mple.org', 'invalid_domain'],
    ['ada@example.org/x', 'invalid_domain'],
    ['ada@-example.org', 'invalid_domain'],
    ['ada@xn--a.example', 'invalid_domain'],
    [`${'a'.repeat(65)}@example.org`, 'too_long'],
    [`${'a'.repeat(10_000)}@example.org`, 'too_long'],
    [`ada@${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.org`, 'too_long'],
  ])('%j: %s', (text, problem) => {
    expect(checkMailbox(text)).toEqual({ kind: 'refused', problem });
  });
});

it('whatever is accepted is ASCII, short enough for a path, and reads as the same mailbox again', () => {
  const part = fc.string({ unit: ANY_CHARACTER, maxLength: 20 });
  fc.assert(
    fc.property(part, part, (local, domain) => {
      const check = checkMailbox(`${local}@${domain}.example`);
      if (check.kind === 'refused') return;
      expect(check.address).toMatch(/^[\x21-\x7e]+@[a-z0-9.-]+$/);
      expect(check.address.length).toBeLessThanOrEqual(254);
      expect(checkMailbox(check.address)).toEqual(check);
    }),
    { numRuns: runs(2000) },
  );
});
