import { expect, it } from '@jest/globals';
import { b2bYear } from './b2b-year.js';
import { FOUND_BY_SALES } from './company.js';

const year = b2bYear(1, '2026-11-27');
const facts = year.facts.map((fact) => ({
  ...fact,
  fact: fact.toFact({ account: (name) => name, contact: (id) => id }),
}));
const visits = facts.flatMap(({ at, fact }) => (fact.kind === 'visit' ? [{ at, ...fact }] : []));

it('costs something on every channel that people come by, but on the one that nobody pays for', () => {
  const paid = new Set(
    facts.flatMap(({ fact }) => (fact.kind === 'cost' && fact.channel !== undefined ? [fact.channel] : [])),
  );
  const came = new Set([...visits.map(({ channel }) => channel), 'email']);
  expect([...came].filter((channel) => !paid.has(channel))).toEqual(['direct']);
  // Budgets of campaigns are of the channel by which they reach people.
  for (const { fact } of facts)
    if (fact.kind === 'cost' && fact.campaign !== undefined)
      expect([fact.campaign, fact.channel]).toEqual([
        fact.campaign,
        fact.campaign.startsWith('FAIR') ? 'fair' : 'email',
      ]);
});

it('has companies that went quiet longer ago than a sale takes, and bought nothing', () => {
  const quiet = year.companies.filter(({ quietSince }) => quietSince !== null);
  expect(quiet).toHaveLength(4);
  for (const { name, people, quietSince } of quiet) {
    const ids = new Set(people.map(({ externalId }) => externalId));
    const theirs = visits.filter(({ contactId }) => ids.has(contactId)).map(({ at }) => at);
    const mailed = year.mailings.filter(({ to }) => to.some(({ member }) => ids.has(member.externalId)));
    const touched = [...theirs, ...mailed.map(({ at }) => at)];
    expect([name, touched.length > 0]).toEqual([name, true]);
    expect(Math.max(...touched)).toBeLessThan(year.calendar.at((quietSince ?? 0) - 1, 0));
    expect(facts.filter(({ fact }) => fact.kind === 'opportunity' && fact.accountId === name)).toEqual([]);
  }
});

it('has deals that sales began: some with companies of which marketing knows nobody', () => {
  const deals = facts.flatMap(({ fact }) => (fact.kind === 'opportunity' ? [fact] : []));
  const alone = deals.filter(({ accountId }) => FOUND_BY_SALES.some(({ name }) => name === accountId));
  expect(alone.map(({ status, roles, lead, campaign }) => [status, roles.length, lead, campaign])).toEqual(
    FOUND_BY_SALES.map(() => ['won', 0, undefined, undefined]),
  );
  const known = deals.filter(({ lead }) => lead !== undefined);
  expect(known.filter(({ campaign }) => campaign === undefined).length).toBeGreaterThan(2);
  expect(known.filter(({ campaign }) => campaign !== undefined).length).toBeGreaterThan(15);
});
