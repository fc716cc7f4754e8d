import { ErasureService, makeManageToken } from '#lib/consent';
import type { CenterWorld, SomePerson } from './center-world.js';
import { agreed, makeBig, topicWays } from './big-brand.js';
import { mailLinks } from './mailed-links.js';
import { formOf, get, post, press, set } from './page-client.js';
import { ServedWords } from '../pages/served-words.js';
import { writeWas } from '../preferences/domain/less.js';
import { CONFIRM, KEYS, LINK, type RunningCenter, TOKEN } from './running-center.js';

const DAY = 86_400_000;

/** A page that is the answer to a form, and has no address of its own. */
export interface Posted {
  readonly url: string;
  readonly form: readonly (readonly [string, string])[];
}

/** A page that is there only for whoever asks too often. */
export interface Throttled {
  readonly url: string;
  readonly until: 429;
}

const manageWhileAway = ({ url }: RunningCenter): string => {
  const { contactPointId } = LINK;
  return `${url}/p/${makeManageToken(KEYS.links, { contactPointId, messageId: null, expiresAt: Date.now() + DAY })}`;
};

/** Submits a form of the page behind a link that manages, without a browser, and answers where it leads. */
export async function after(url: string, act: string, fields: [string, string][] = []): Promise<string> {
  const answer = await fetch(`${url}?act=${act}`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams(fields),
  });
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`${act} was answered ${answer.status}`);
  return new URL(location, url).href;
}

/** Presses the one button of a page. */
async function pressed(url: string): Promise<string> {
  const answer = await press(url);
  if (answer.status !== 200) throw new Error(`${url} was answered ${answer.status}`);
  return url;
}

/** Where pages come from. */
export interface Centers {
  readonly world: CenterWorld;
  /** A center whose database does not answer. */
  readonly away: RunningCenter;
}

/** In a brand of its own, which is made once for each center. */
async function ofMuch({
  world,
}: Centers): Promise<{ url: string; optOut: string; big: CenterWorld; person: SomePerson }> {
  const made = bigBrands.get(world) ?? world.another('gross').then(async (big) => (await makeBig(big), big));
  bigBrands.set(world, made);
  const big = await made;
  const person = await agreed(big);
  return { url: await big.manage(person), optOut: big.optOut(person), big, person };
}
const bigBrands = new WeakMap<CenterWorld, Promise<CenterWorld>>();

/** Every state of the page, by name, with how to get there. */
export const STATES: readonly (readonly [string, (centers: Centers) => Promise<string | Posted | Throttled>])[] = [
  ['fresh', async ({ world }) => world.manage(await world.person())],
  ['old-link', async ({ world }) => world.optOut(await world.person())],
  ['broken-link', async ({ world }) => `${world.url}/p/${'A'.repeat(88)}`],
  [
    'left',
    async ({ world }) => {
      const url = world.optOut(await world.person());
      return { url: `${url}?act=leave`, form: formOf(await (await get(url)).text()) };
    },
  ],
  [
    'left-before',
    async ({ world }) => {
      const url = world.optOut(await world.person());
      await post(url, 'leave');
      return url;
    },
  ],
  ['stopped', async ({ world }) => after(await world.manage(await world.person()), 'stop_all')],
  [
    'undone',
    async ({ world }) => {
      const url = await world.manage(await world.person());
      const change = new URL(await after(url, 'stop_all')).searchParams.get('done');
      return after(url, `undo&change=${change}`);
    },
  ],
  [
    'paused',
    async ({ world }) => {
      const person = await world.person();
      const weekends = { days: [6, 7], start: '00:00', end: '23:59' } as const;
      await world.pause(person, Date.now() + 20 * DAY, { quietHours: [weekends] });
      await world.hold(person, 'paused', Date.now() + 20 * DAY);
      await world.hold(person, 'quiet_hours', Date.now() + DAY);
      return world.manage(person);
    },
  ],
  [
    'complaint',
    async ({ world }) => {
      const person = await world.person();
      await world.suppress(person, 'complaint');
      return world.manage(person);
    },
  ],
  [
    'objected',
    async ({ world }) => {
      const person = await world.person();
      await world.object(person);
      return world.manage(person);
    },
  ],
  [
    'erasure-refused',
    async ({ world }) => {
      const person = await world.person();
      const url = await world.manage(person);
      await after(url, 'erase');
      const refusal = {
        ...{ reason: 'not_the_person' as const, language: 'de' },
        explanation: 'Die Anfrage kam nicht von Ihnen: Sie haben uns am Telefon gesagt, dass Sie Kunde bleiben.',
      };
      await world.app.get(ErasureService, { strict: false }).refuse(world.brandId, person.externalId, refusal, 'spec');
      return url;
    },
  ],
  ['busy', async ({ world }) => ({ url: world.optOut(await world.person()), until: 429 })],
  ['busy-manage', async ({ world }) => ({ url: await world.manage(await world.person()), until: 429 as const })],
  ['confirm', async ({ world }) => world.confirmation(await world.person([]))],
  ['not-me', async ({ world }) => `${await world.confirmation(await world.person([]))}/not-me`],
  ['confirmed', async ({ world }) => pressed(await world.confirmation(await world.person([])))],
  ['denied', async ({ world }) => pressed(`${await world.confirmation(await world.person([]))}/not-me`)],
  [
    'erased',
    async ({ world }) => {
      const person = await world.person();
      await world.erase(person);
      return world.optOut(person);
    },
  ],
  [
    'erased-sealed',
    async ({ world }) => {
      const person = await world.person();
      await world.erase(person, 'P2Y');
      return world.optOut(person);
    },
  ],
  ['same', async ({ world }) => after(await world.manage(await world.person([])), 'resume')],
  ['nothing-here', async ({ world }) => `${world.url}/nothing`],
  ['from-mail', async ({ world }) => world.manageFromMail(await world.person(), null, 'events')],
  [
    'nothing-left',
    async ({ world }) => {
      const url = world.optOut(await world.person());
      await post(url, 'stop_all');
      return url;
    },
  ],
  [
    'stale',
    async ({ world }) => {
      const person = await world.person(['newsletter']);
      const url = await world.manage(person);
      const form = formOf(await (await get(url)).text());
      await world.consent(person.externalId, 'granted', ['events']);
      return { url: `${url}?act=save`, form };
    },
  ],
  [
    'unreadable',
    async ({ world }) => {
      const url = await world.manage(await world.person());
      const form = formOf(await (await get(url)).text()).filter(([name]) => name !== 'quietFrom');
      return { url: `${url}?act=save`, form: [...form, ['quietFrom', '20:00']] };
    },
  ],
  ['link-needed', async ({ world }) => after(world.optOut(await world.person()), 'erase')],
  [
    'link-sent',
    async ({ world }) => {
      const person = await world.person();
      await mailLinks(world, person);
      return `${world.optOut(person)}?done=link_sent`;
    },
  ],
  [
    'link-enough',
    async ({ world }) => {
      const person = await world.person();
      await mailLinks(world, person, { times: 5 });
      return after(world.optOut(person), 'link');
    },
  ],
  ['link-failed', async ({ world }) => after(world.optOut(await world.person()), 'link')],
  ['erasure-asked', async ({ world }) => after(await world.manage(await world.person()), 'erase')],
  [
    'erasure-asked-before',
    async ({ world }) => {
      const url = await world.manage(await world.person());
      await after(url, 'erase');
      return url;
    },
  ],
  [
    'erasure-called-back',
    async ({ world }) => {
      const url = await world.manage(await world.person());
      await after(url, 'erase');
      return after(url, 'call_back');
    },
  ],
  ...(['bounce', 'manual'] as const).map(
    (reason) =>
      [
        `suppressed-${reason}`,
        async ({ world }: Centers) => {
          const person = await world.person();
          await world.suppress(person, reason);
          return world.manage(person);
        },
      ] as const,
  ),
  [
    'complaint-old-link',
    async ({ world }) => {
      const person = await world.person();
      await world.suppress(person, 'complaint');
      return world.optOut(person);
    },
  ],
  [
    'record-page',
    async ({ world }) => {
      const person = await world.person([]);
      for (let n = 0; n < 18; n++)
        await world.consent(person.externalId, 'granted', ['newsletter', 'events', 'products']);
      return `${await world.manage(person)}?record=2`;
    },
  ],
  [
    'own-data',
    async ({ world }) => {
      const person = await world.person();
      const url = await world.manage(person);
      await post(url, 'save', [...formOf(await (await get(url)).text()), ['frequency', 'weekly']]);
      await world.suppress(person, 'bounce');
      await world.pause(person, Date.now() + 20 * DAY);
      return { url: `${url}?act=export_page`, form: [] };
    },
  ],
  [
    'one-click',
    async ({ world }) => ({ url: world.optOut(await world.person()), form: [['List-Unsubscribe', 'One-Click']] }),
  ],
  [
    'one-click-again',
    async ({ world }) => {
      const url = world.optOut(await world.person());
      await pressed(url);
      return { url, form: [] };
    },
  ],
  ['confirmed-before', async ({ world }) => pressed(await world.confirmation(await world.person([])))],
  [
    'not-me-after-all',
    async ({ world }) => `${await pressed(await world.confirmation(await world.person([])))}/not-me`,
  ],
  [
    'denied-before',
    async ({ world }) => {
      const url = await world.confirmation(await world.person([]));
      await pressed(`${url}/not-me`);
      return url;
    },
  ],
  ['confirmation-over', async ({ world }) => `${(await world.confirmation(await world.person([]))).slice(0, -4)}AAAA`],
  // Of a brand with twenty topics, and somebody who has agreed to all of them on six channels.
  ['many-topics', async (centers) => (await ofMuch(centers)).url],
  [
    'more-topics',
    async (centers) => {
      const { url } = await ofMuch(centers);
      return url + topicWays(await (await get(url)).text()).at(-1);
    },
  ],
  ['many-topics-old-link', async (centers) => (await ofMuch(centers)).optOut],
  [
    'many-topics-unreadable',
    async (centers) => {
      const { url } = await ofMuch(centers);
      const form = set(formOf(await (await get(url)).text()), 'pause', 'until');
      return { url: `${url}?act=save&topics=1`, form };
    },
  ],
  [
    'many-taken-back',
    async (centers) => {
      const { url } = await ofMuch(centers);
      const change = new URL(await after(url, 'stop_all')).searchParams.get('done');
      return after(url, `undo&change=${change}`);
    },
  ],
  [
    'long-text',
    async (centers) => {
      const { url, big, person } = await ofMuch(centers);
      await big.agree(person, { key: 'longest', version: 1 }, 'ar');
      return `${url}?record=1&text=1.2`;
    },
  ],
  ['hours', async (centers) => `${(await ofMuch(centers)).url}?part=hours`],
  [
    'hours-unreadable',
    async (centers) => {
      const { url } = await ofMuch(centers);
      const form = set(formOf(await (await get(`${url}?part=hours`)).text()), 'quietFrom', '20:00');
      return { url: `${url}?act=save&part=hours`, form };
    },
  ],
  [
    'hours-stale',
    async (centers) => {
      const { url } = await ofMuch(centers);
      const form = set(formOf(await (await get(`${url}?part=hours`)).text()), 'v', 'old');
      return { url: `${url}?act=save&part=hours`, form };
    },
  ],
  ['way-out-alone', async ({ away }) => `${away.url}/u/${TOKEN}`],
  ['kept', async ({ away }) => ({ url: `${away.url}/u/${TOKEN}?act=stop_all`, form: [] })],
  ['kept-one-click', async ({ away }) => ({ url: `${away.url}/u/${TOKEN}`, form: [] })],
  ['trouble-503', async ({ away }) => manageWhileAway(away)],
  ['trouble-503-save', async ({ away }) => ({ url: `${manageWhileAway(away)}?act=save`, form: [] })],
  [
    'kept-save',
    async ({ away }) => ({
      url: `${manageWhileAway(away)}?act=save`,
      form: [['was', writeWas({ frequency: 'any', pause: 'none', ticked: ['AAAAAAAAAA'] })]],
    }),
  ],
  ['confirm-away', async ({ away }) => `${away.url}/c/${CONFIRM}`],
  [
    'confirm-pressed-away',
    async ({ away }) => ({
      url: `${away.url}/c/${CONFIRM}`,
      form: [['words', new ServedWords(KEYS.links, CONFIRM).seal('confirm', 'de', 'Möchten Sie? · Bestätigen')]],
    }),
  ],
  ['kept-not-me', async ({ away }) => ({ url: `${away.url}/c/${CONFIRM}/not-me`, form: [] })],
];
