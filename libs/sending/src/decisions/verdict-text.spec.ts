import { describe, expect, it } from '@jest/globals';
import fs from 'node:fs';
import path from 'node:path';
import type { CheckDetail, Decision } from '#lib/decision';
import { toVerdict } from './decision-verdict.js';
import { verdictText } from './verdict-text.js';

const DECISIONS = fs
  .readFileSync(path.resolve(import.meta.dirname, '../../../../test/golden/decisions.ndjson'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => (JSON.parse(line) as { decision: Decision }).decision);

describe('a verdict written as text', () => {
  it('is what the golden decisions are as JSON, byte for byte', () => {
    expect(DECISIONS.length).toBeGreaterThan(300);
    for (const decision of DECISIONS) {
      expect(verdictText('case-1', decision, {})).toBe(JSON.stringify(toVerdict('case-1', decision, {})));
    }
  });

  it('escapes what must be, and says what stands beside a decision', () => {
    const [decision] = DECISIONS;
    if (decision === undefined) throw new Error('no decision');
    const detail: CheckDetail = { rule: '"\\\n\u2028ü', since: -1, share: 0.5, nextFreeAt: null, isSo: false };
    const checks = [{ check: 'consent' as const, passes: true as const, detail }, ...decision.checks];
    const odd: Decision = { ...decision, checks };
    const extras = {
      uncountedRates: ['pace'],
      sentence: 'It “may” leave.\t',
      obligations: [{ rule: 'de/marks', force: 'statute' as const, sentence: 'Say who sends it.' }],
    };
    expect(verdictText('"é', odd, extras)).toBe(JSON.stringify(toVerdict('"é', odd, extras)));
  });
});
