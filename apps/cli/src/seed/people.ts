/** The people of the demo, by what the story shows on them. */
const PEOPLE = {
  delivered: { name: 'Anna', language: 'de' },
  noConsent: { name: 'Ben', language: 'en' },
  deferred: { name: 'Carla', language: 'en' },
  capped: { name: 'David', language: 'de' },
  leaving: { name: 'Eva', language: 'en' },
} as const;

export type Role = keyof typeof PEOPLE;

export interface Person {
  readonly name: string;
  readonly language: 'de' | 'en';
  readonly externalId: string;
  readonly address: string;
}

/** The person who plays a role in the n-th telling, counted from 1. Each telling has people of its own. */
export function person(role: Role, telling: number): Person {
  const { name, language } = PEOPLE[role];
  const externalId = `${name.toLowerCase()}${telling === 1 ? '' : `-${telling}`}`;
  return { name, language, externalId, address: `${externalId}@example.org` };
}

/** What the newsletter of the demo says to somebody. */
export function newsletterTo({ externalId, name, language }: Person) {
  const headline = language === 'de' ? 'Frisch aus Äthiopien' : 'Fresh from Ethiopia';
  return {
    to: externalId,
    template: 'newsletter',
    topic: 'newsletter',
    campaign: 'Winter-2026',
    variables: { headline, firstName: name },
  };
}
