import { expect } from '@jest/globals';
import type { CenterWorld, SomePerson } from './center-world.js';

/** What a browser without scripts does with a page of the center. */
export const get = (url: string, headers: Record<string, string> = {}) => fetch(url, { redirect: 'manual', headers });

export const post = (url: string, act: string, fields: [string, string][] = [], headers: Record<string, string> = {}) =>
  fetch(`${url}?act=${act}`, { method: 'POST', redirect: 'manual', headers, body: new URLSearchParams(fields) });

/** Where a POST leads, and what is there. */
export const follow = async (url: string, answer: Response): Promise<{ html: string; query: URLSearchParams }> => {
  expect(answer.status).toBe(303);
  const location = answer.headers.get('location') ?? '';
  const next = new URL(location, url);
  return { html: await (await get(next.href)).text(), query: next.searchParams };
};
/** The form as a browser would send it unchanged. */
export const formOf = (html: string): [string, string][] => {
  const fields: [string, string][] = [['v', /name="v" value="([^"]+)"/.exec(html)?.[1] ?? '']];
  const notice = /name="notice" value="([^"]+)"/.exec(html)?.[1];
  if (notice !== undefined) fields.push(['notice', notice]);
  for (const [tag] of html.matchAll(/<input type="(?:checkbox|radio)"[^>]*>/g)) {
    const [name, value] = [/name="([^"]+)"/.exec(tag)?.[1], /value="([^"]+)"/.exec(tag)?.[1]];
    if (tag.includes(' checked') && !tag.includes(' disabled') && name && value) fields.push([name, value]);
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
) => `${person.points[channel]}.${world.topics[topic]}`;

/** The box that stands for all that is about no topic. */
export const general = ({ purposes }: CenterWorld, person: SomePerson, channel: 'email' | 'sms' = 'email') =>
  `${person.points[channel]}.${purposes.commercial}`;

export const ticked = (html: string): string[] =>
  formOf(html).flatMap(([name, value]) => (name === 'cell' ? [value] : []));

/** Asks for the change that a page told of to be taken back, and looks at the page that comes of it. */
export const undo = async (url: string, query: URLSearchParams) =>
  follow(
    url,
    await fetch(`${url}?act=undo&change=${query.get('done') ?? ''}&undo=${query.get('undo') ?? ''}`, {
      method: 'POST',
      redirect: 'manual',
    }),
  );
