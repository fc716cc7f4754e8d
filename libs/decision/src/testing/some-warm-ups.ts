import type { WarmUpState } from '../facts.js';
import type { WarmUpRule } from '../policy.js';

/** Ten on Monday 2 June 2025, then twenty, then forty. */
export function someWarmUp(change: Partial<WarmUpRule> = {}): WarmUpRule {
  return {
    id: 'new-account',
    scope: 'provider',
    startsOn: '2025-06-02',
    ceilings: [10, 20, 40],
    halt: { bounced: 0.02, complained: 0.003, atLeast: 50, lookBackDays: 7 },
    ...change,
  };
}

/** Well received, and nothing sent on its first day. */
export function someWarmUpState(change: Partial<WarmUpState> = {}): WarmUpState {
  return {
    rule: 'new-account',
    key: 'smtp',
    day: '2025-06-02',
    sent: 0,
    recent: { sent: 1000, bounced: 0, complained: 0 },
    ...change,
  };
}
