import { describe, expect, it } from '@jest/globals';
import { fieldGroups, readComplaint, readDelivery } from './report-fields.js';

const delivery = (fields: string) => readDelivery(fieldGroups(`Reporting-MTA: dns; mx.example\nArrival-Date: Sat, 21 Nov 2026 12:00:00 +0000\n\n${fields}`)); // prettier-ignore

describe('delivery status notifications', () => {
  it.each([
    ['5.1.1', 'hard'],
    ['5.1.2', 'hard'],
    ['5.1.3', 'hard'],
    ['5.1.6', 'hard'],
    ['5.1.10', 'hard'],
    ['5.2.1', 'hard'],
    ['5.1.0', 'soft'],
    ['5.1.4', 'soft'],
    ['5.1.7', 'soft'],
    ['5.1.8', 'soft'],
    ['5.2.2', 'soft'],
    ['5.2.3', 'soft'],
    ['5.3.4', 'soft'],
    ['5.7.1', 'soft'],
    ['5.4.7', 'soft'],
    ['4.4.7', 'soft'],
    ['5.0.0', 'soft'],
  ])('failed with %s is a %s bounce', (status, bounce) => {
    expect(delivery(`Final-Recipient: rfc822; a@b\nAction: failed\nStatus: ${status}`)).toEqual({
      kind: 'bounced',
      bounce,
      status,
      at: 'Sat, 21 Nov 2026 12:00:00 +0000',
    });
  });

  it.each([
    ['5.1.0', '550 5.1.0 <news@acme.example> Sender rejected: domain is blocked', 'soft', '5.1.0'],
    ['5.1.0', '550 5.1.0 Address rejected', 'soft', '5.1.0'],
    ['5.1.0', '550 5.1.0 No such user; sender verify failed', 'soft', '5.1.0'],
    ['5.1.0', '550 5.1.0 <ada@people.example> No such user', 'hard', '5.1.1'],
    ['5.1.4', '550 5.1.4 User unknown', 'hard', '5.1.1'],
    ['5.1.0', '550 5.7.1 rejected', 'soft', '5.7.1'],
    ['5.0.0', '550 5.1.0 rejected', 'soft', '5.1.0'],
    ['5.0.0', '550 5.1.0 User unknown', 'hard', '5.1.1'],
  ])('%s may be about whoever sends as well, so the words decide: %s', (stated, said, bounce, status) => {
    const report = delivery(`Action: failed\nStatus: ${stated}\nDiagnostic-Code: smtp; ${said}`);
    expect(report).toMatchObject({ bounce, status });
  });

  it.each(['failed (bounced)', '(so it) failed', 'FAILED(bounced)'])(
    'comments are none of the action: %s',
    (action) => {
      expect(delivery(`Action: ${action}\nStatus: 5.1.1`)).toMatchObject({ kind: 'bounced', bounce: 'hard' });
    },
  );

  it.each(['delayed', 'relayed', 'expanded', 'something'])('%s is no end', (action) => {
    expect(delivery(`Final-Recipient: rfc822; a@b\nAction: ${action}\nStatus: 4.0.0`)).toBeNull();
  });

  it('delivered is delivered', () => {
    const report = delivery('Action: delivered\nStatus: 2.0.0\nLast-Attempt-Date: x');
    expect(report).toEqual({ kind: 'delivered', bounce: null, status: '2.0.0', at: 'x' });
  });

  it('reads folded fields, names in any case, comments behind the status, and CR LF', () => {
    const report = delivery('FINAL-RECIPIENT:\r\n  rfc822;\r\n\ta@b\r\nACTION: Failed\r\nStatus: 5.1.1 (no such user)');
    expect(report).toMatchObject({ bounce: 'hard', status: '5.1.1' });
  });

  it.each(['Status: 5.1', 'Status: 5.1.1.1', 'Status: x', 'X: y'])(
    'a status that is none makes nobody unreachable: %s',
    (line) => expect(delivery(`Action: failed\n${line}`)).toMatchObject({ bounce: 'soft', status: null }),
  );

  it('the first of two equal fields counts', () => {
    expect(delivery('Action: delayed\nAction: failed\nStatus: 5.1.1')).toBeNull();
  });

  it.each(['', 'x', ': y', 'Reporting-MTA: dns; x'])('%j says nothing', (text) => {
    expect(readDelivery(fieldGroups(text))).toBeNull();
  });
});

describe('feedback reports', () => {
  it.each([
    ['abuse', true],
    ['fraud', true],
    ['virus', true],
    ['other', true],
    ['ABUSE', true],
    ['opt-out', true],
    ['not-spam', false],
    ['auth-failure', false],
    ['not-spam (said so)', false],
  ])('%s is a complaint: %s', (type, expected) => {
    expect(readComplaint(fieldGroups(`Feedback-Type: ${type}\nUser-Agent: x/1\nVersion: 1`)) !== null).toBe(expected);
  });

  it('has a time where it says one', () => {
    expect(readComplaint(fieldGroups('Feedback-Type: abuse\nArrival-Date: x'))).toEqual({ at: 'x' });
    expect(readComplaint(fieldGroups('Version: 1'))).toBeNull();
  });
});
