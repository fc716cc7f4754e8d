import { randomUUID } from 'node:crypto';
import type { CenterWorld, SomePerson } from './center-world.js';
import { unescaped } from './page-client.js';

/** Beside the three of the world. */
const MORE_TOPICS = 17;
const NOTICE_CHARS = 1_500;
const VERSIONS = 10;
/** As long as a notice may be that the page itself does not show. */
const LONGEST_NOTICE_CHARS = 20_000;
const EVERY_CHANNEL = ['email', 'sms', 'whatsapp', 'phone', 'teams', 'push'] as const;

/** Two bytes a letter, as in most scripts, and three in a few. */
export const inArabic = (chars: number): string =>
  'نوافق على تلقي رسائل عن القهوة '.repeat(Math.ceil(chars / 31)).slice(0, chars);

/** Gives the brand what makes a page as long as that of a careful brand becomes. */
export async function makeBig(world: CenterWorld): Promise<void> {
  const { tx } = world.db;
  for (let n = 0; n < MORE_TOPICS; n++)
    await tx.execute`
      INSERT INTO consent.topic (id, brand_id, purpose_id, key, labels, descriptions)
      VALUES (${randomUUID()}, ${world.brandId}, ${world.purposes.commercial}, ${`topic-${n}`},
              ${JSON.stringify({ de: `Angebote im Bereich ${n}`, ar: `عروض القسم ${n}` })},
              ${JSON.stringify({ de: 'Was es bei uns gibt, einmal im Monat.', ar: inArabic(40) })})`;
  for (let version = 1; version <= VERSIONS; version++)
    for (const language of ['de', 'ar'])
      await tx.execute`
        INSERT INTO consent.notice (id, brand_id, key, version, language, wording, hash)
        VALUES (${randomUUID()}, ${world.brandId}, 'long', ${version}, ${language},
                ${language === 'ar' ? inArabic(NOTICE_CHARS) : `${version} `.padEnd(NOTICE_CHARS, 'Ich bin einverstanden. ')},
                ${Buffer.alloc(32, version)})`;
  await tx.execute`
    INSERT INTO consent.notice (id, brand_id, key, version, language, wording, hash)
    VALUES (${randomUUID()}, ${world.brandId}, 'longest', 1, 'ar', ${inArabic(LONGEST_NOTICE_CHARS)}, ${Buffer.alloc(32, 11)})`;
  await tx.execute`UPDATE consent.brand SET page = page || '{"notice": "long"}' WHERE id = ${world.brandId}`;
}

export async function topicKeys(world: CenterWorld): Promise<string[]> {
  const rows = await world.db.tx.sql<{ key: string }>`SELECT key FROM consent.topic WHERE brand_id = ${world.brandId}`;
  return rows.map(({ key }) => key);
}

/** Somebody on six channels, with everything on record that people do: each version of the notice, so many times. */
export async function somebody(world: CenterWorld, times = 3): Promise<SomePerson> {
  // Of nobody else: a no follows the number.
  const id = randomUUID();
  const n = id.slice(0, 8);
  const number = `+4930${String(Number.parseInt(n, 16)).padStart(10, '0')}`;
  const keys = { p256dh: 'BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM', auth: 'tBHItJI5svbpez7KI4CCXg' }; // prettier-ignore
  const contactPoints = [
    { channel: 'email' as const, address: `ada-${n}@example.org` },
    ...(['sms', 'whatsapp', 'phone'] as const).map((channel) => ({ channel, address: number })),
    {
      channel: 'teams' as const,
      address: JSON.stringify({ tenant: '7a1f5c00-0000-4000-8000-000000000001', user: id }),
    },
    { channel: 'push' as const, address: JSON.stringify({ endpoint: `https://push.example/${n}`, keys }) },
  ];
  const someone = await world.person([], { contactPoints });
  for (let version = 1; version <= VERSIONS; version++)
    for (let again = 0; again < times; again++) await world.agree(someone, { key: 'long', version });
  return someone;
}

/** Who has agreed to everything on all six channels. */
export async function agreed(world: CenterWorld): Promise<SomePerson> {
  const person = await somebody(world, 1);
  const topics = await topicKeys(world);
  for (const channel of EVERY_CHANNEL) await world.consent(person.externalId, 'granted', topics, channel);
  return person;
}

/** The links of a page to the topics before and after, in this order. */
export function topicWays(html: string): string[] {
  return [...html.matchAll(/<a href="(\?[^"]*)#topics">/g)].map(([, way = '']) => unescaped(way));
}
