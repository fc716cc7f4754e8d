import { expect } from '@jest/globals';
import { boxName } from '../preferences/box-name.js';
import type { CenterWorld, SomePerson } from './center-world.js';

/** What a browser without scripts does with a page of the center. */
export const get = (url: string, headers: Record<string, string> = {}) => fetch(url, { redirect: 'manual', headers });

export const post = (url: string, act: string, fields: [string, string][] = [], headers: Record<string, string> = {}) =>
  fetch(`${url}?act=${act}`, { method: 'POST', redirect: 'manual', headers, body: new URLSearchParams(fields) });

/**
 * Where a POST leads, and what is there; what the page itself says where it is the answer, because it has a secret.
 * `query` has what a form that takes it back needs, as `done` and `undo`.
 */
export const follow = async (url: string, answer: Response): Promise<{ html: string; query: URLSearchParams }> => {
  if (answer.status === 200) {
    const html = await answer.text();
    const [, done = ''] = /act&#x3D;undo&amp;change&#x3D;([0-9a-f-]{36})/.exec(html) ?? [];
    const [, undo = ''] = /name="undo" value="([^"]+)"/.exec(html) ?? [];
    expect(undo).toMatch(/^[\w-]{43}$/);
    return { html, query: new URLSearchParams({ done, undo }) };
  }
  expect(answer.status).toBe(303);
  const location = answer.headers.get('location') ?? '';
  const next = new URL(location, url);
  return { html: await (await get(next.href)).text(), query: next.searchParams };
};

/** What an attribute of a page says. */
export const unescaped = (text: string): string => text.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&');

/** Opens a page with one button and presses it, as whoever follows the link of a mail does; a bare POST where it has none. */
export const press = async (url: string, headers: Record<string, string> = {}): Promise<Response> =>
  pressOn(url, await (await get(url, headers)).text(), headers);

/** The same on a page that was opened before. */
export const pressOn = (url: string, html: string, headers: Record<string, string> = {}): Promise<Response> => {
  const action = unescaped(/formaction="([^"]+)"/.exec(html)?.[1] ?? '');
  const words = unescaped(/name="words" value="([^"]+)"/.exec(html)?.[1] ?? '');
  const body = new URLSearchParams(words === '' ? [] : [['words', words]]);
  return fetch(new URL(action, url), { method: 'POST', redirect: 'manual', headers, body });
};

/** The form as a browser would send it unchanged. */
export const formOf = (html: string): [string, string][] => {
  const form = html.slice(html.indexOf('<input type="hidden" name="v"'));
  const fields: [string, string][] = [];
  for (const name of ['v', 'was', 'day', 'n', 'notice', 'had']) {
    const value = new RegExp(`type="hidden" name="${name}" value="([^"]+)"`).exec(form)?.[1];
    if (value !== undefined) fields.push([name, unescaped(value)]);
  }
  for (const [tag] of html.matchAll(/<input type="(?:checkbox|radio|hidden)"[^>]*>/g)) {
    const [name, value] = [/name="([^"]+)"/.exec(tag)?.[1], /value="([^"]+)"/.exec(tag)?.[1]];
    const isSent = tag.includes(' checked') || /^<input type="hidden" name="(?:cell|otherHours)"/.test(tag);
    if (isSent && !tag.includes(' disabled') && name && value) fields.push([name, value]);
  }
  for (const [, name, value] of html.matchAll(/<input type="(?:time|date)" name="([^"]+)"[^>]* value="([^"]*)">/g)) {
    fields.push([name ?? '', value ?? '']);
  }
  for (const [, name, options] of html.matchAll(/<select name="([^"]+)"[^>]*>(.*?)<\/select>/gs)) {
    fields.push([name ?? '', /value="([^"]*)"[^>]* selected/.exec(options ?? '')?.[1] ?? '']);
  }
  return fields;
};
export const set = (fields: [string, string][], name: string, value: string): [string, string][] => [
  ...fields.filter(([known]) => known !== name),
  [name, value],
];

/** The box that stands for a topic by a channel. */
export const cell = (
  world: CenterWorld,
  person: SomePerson,
  topic: keyof CenterWorld['topics'],
  channel: 'email' | 'sms' = 'email',
) => box(person, channel, world.topics[topic]);

/** The box that stands for all that is about no topic. */
export const general = ({ purposes }: CenterWorld, person: SomePerson, channel: 'email' | 'sms' = 'email') =>
  box(person, channel, purposes.commercial);

function box({ points }: SomePerson, channel: 'email' | 'sms', scopeId: string): string {
  const pointId = points[channel];
  if (pointId === undefined) throw new Error(`this person has no ${channel}`);
  return boxName({ pointId, purposeId: scopeId, topicId: null });
}

export const ticked = (html: string): string[] =>
  formOf(html).flatMap(([name, value]) => (name === 'cell' ? [value] : []));

/** Asks for the change that a page told of to be taken back, and looks at the page that comes of it. */
export const undo = async (url: string, query: URLSearchParams, more: [string, string][] = []) =>
  follow(url, await post(url, `undo&change=${query.get('done') ?? ''}`, [['undo', query.get('undo') ?? ''], ...more]));

/** What the button with these words says of itself when it is pressed. */
export function wordsIn(html: string, words: string): [string, string][] {
  const values = [...html.matchAll(/name="words" value="([^"]+)"/g)].map(([, value = '']) => value);
  const value = values.find((one) => one.endsWith(` ${words}`));
  if (value === undefined) throw new Error(`no button says ${words}, but: ${values.join('; ')}`);
  return [['words', value]];
}
