import { describe, expect, it } from '@jest/globals';
import { processorMs } from '../../../../../test/support/processor-time.js';
import { nameProblem, patternProblem } from './name-pattern.js';

const PATTERN = '{NURTURE|EVENT}-{word}-v{number}-{year}-{month}';

describe('a pattern of names', () => {
  it.each([
    ['NURTURE-ProductX-v2-2025-06', true],
    ['EVENT-Fair-v10-2026-12', true],
    ['NURTURE-ProductX-v2-2025-13', false],
    ['NURTURE-ProductX-2025-06', false],
    ['nurture-ProductX-v2-2025-06', false],
    ['NURTURE--v2-2025-06', false],
    ['NURTURE-ProductX-v2-2025-06-b', false],
    ['xNURTURE-ProductX-v2-2025-06', false],
  ])('takes %s: %s', (name, taken) => {
    expect(nameProblem(PATTERN, name) === null).toBe(taken);
  });

  it('says with an example that it takes what it wants', () => {
    const problem = nameProblem(PATTERN, 'spring') ?? '';
    expect(problem).toContain('such as NURTURE-ProductX-v2-2025-06');
    expect(nameProblem('News-{year}-{month}-{day}', 'x')).toContain('such as News-2025-06-15');
  });

  it.each(['', 'a b', '{', '{}', '{wrod}', '{A|}', '{(a+)+}', 'a.*', '{word', '}'])('may not be %j', (text) => {
    expect(patternProblem(text)).not.toBeNull();
  });

  it('is judged at once, whatever the name is', () => {
    const all = '{word}'.repeat(30);
    expect(processorMs(() => nameProblem(`${all}-`, 'a'.repeat(63)))).toBeLessThan(500);
    expect([nameProblem(`${all}-`, 'a'.repeat(63)) === null, nameProblem(all, 'a'.repeat(63)) === null]).toEqual([
      false,
      true,
    ]);
  });
});
