import { describe, expect, it } from '@jest/globals';
import { Findings, NO_DETAIL, sharedPass } from './findings.js';

describe('what the checks say at one instant', () => {
  it('is held by a check that holds, not by one that passes or ends, nor by another', () => {
    const found = new Findings(true);
    found.pass('rate_limit', NO_DETAIL);
    found.end('warm_up', 'quiet_hours', NO_DETAIL, 7);
    found.defer('quiet_hours', 'quiet_hours', 5, NO_DETAIL);
    expect((['rate_limit', 'warm_up', 'quiet_hours'] as const).map((check) => found.isHeldBy(check))).toEqual([false, false, true]); // prettier-ignore
    expect(new Findings(true).isHeldBy('quiet_hours')).toBe(false);
  });

  it('keeps what passes only for a report, and what fails always', () => {
    const [all, failing] = [new Findings(true), new Findings(false)];
    for (const found of [all, failing]) {
      found.pass('expiry', NO_DETAIL, 9);
      found.passAs(sharedPass('erased'));
      found.end('consent', 'no_consent', NO_DETAIL);
    }
    expect(all.checks.map(({ check }) => check)).toEqual(['expiry', 'erased', 'consent']);
    expect(failing.checks.map(({ check }) => check)).toEqual(['consent']);
    expect([all.passesUntil, failing.passesUntil]).toEqual([9, 9]);
  });

  it.each([
    ['nothing', () => undefined, false],
    ['a check that passes', (found: Findings) => found.pass('expiry', NO_DETAIL), false],
    ['a hold', (found: Findings) => found.timed('defer', 'quiet_hours', 5, NO_DETAIL), true],
    ['a drop that time would cure', (found: Findings) => found.timed('drop', 'quiet_hours', 5, NO_DETAIL), true],
    ['an end', (found: Findings) => found.end('consent', 'no_consent', NO_DETAIL), true],
  ])('fails by %s: %#', (_what, say, fails) => {
    const found = new Findings(false);
    say(found);
    expect(found.fails).toBe(fails);
  });

  it('names the first of each kind, and the last instant of all', () => {
    const found = new Findings(false);
    found.timed('defer', 'quiet_hours', 8, NO_DETAIL);
    found.timed('defer', 'frequency_cap', 5, NO_DETAIL);
    found.timed('drop', 'frequency_cap', 3, NO_DETAIL);
    found.timed('drop', 'quiet_hours', 9, NO_DETAIL);
    found.mayFailFrom(7);
    found.mayFailFrom(11);
    expect([found.hold?.check, found.heldUntil]).toEqual(['quiet_hours', 8]);
    expect([found.drop?.check, found.droppedUntil]).toEqual(['frequency_cap', 9]);
    expect([found.final, found.passesUntil]).toEqual([null, 7]);
  });
});
