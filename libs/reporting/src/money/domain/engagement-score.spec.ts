import { expect, it } from '@jest/globals';
import { EngagementScores, POINTS, pointsOf, type Scored } from './engagement-score.js';

const DAY = 86_400_000;
const period = { from: 10 * DAY, to: 20 * DAY };
const done: readonly (readonly [Scored, number])[] = [
  ['delivered', 12],
  ['delivered', 13],
  ['visited', 14],
  ['clicked', 16],
  ['replied', 17],
  // Before the period, and after it.
  ['replied', 9],
  ['replied', 20],
];
const scoresOf = (some: typeof done, fadeDays: number | null, points = POINTS) => {
  const scores = new EngagementScores(period, 18 * DAY, { points, fadeDays });
  for (const [what, day] of some) scores.add('a', what, day * DAY);
  return scores.of('a');
};

it('adds up points for what reached people and what they did, and none fade', () => {
  const score = scoresOf(done, null);
  expect(score).toEqual({ delivered: 2000, visited: 3000, clicked: 3000, replied: 5000 });
  expect(pointsOf(score)).toBe(13);
  expect(pointsOf(scoresOf(done, null, { delivered: 1, visited: 1, clicked: 1, replied: 1 }))).toBe(5);
  expect(pointsOf(scoresOf([], null))).toBe(0);
});

it('lets points fade from the end of what is known, where days are named in which they halve', () => {
  // Half of them every two days before the 18th.
  const score = scoresOf(done, 2);
  expect(score).toEqual({
    ...{ delivered: Math.round(1000 * (2 ** -3 + 2 ** -2.5)), visited: 750 },
    ...{ clicked: 1500, replied: Math.round(5000 * 2 ** -0.5) },
  });
});

it('says the same in whatever order it came', () => {
  const many = Array.from({ length: 500 }, (_, i): [Scored, number] => ['clicked', 10 + ((i * 7919) % 1000) / 100]);
  expect(scoresOf(many.toReversed(), 3)).toEqual(scoresOf(many, 3));
});
