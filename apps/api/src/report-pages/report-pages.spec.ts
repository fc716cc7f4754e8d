import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Scope } from '#lib/platform';
import { SomeBrand } from '../testing/some-brand.js';
import { safeTarget } from './page/page-query.js';

const HTML = { accept: 'text/html,*/*;q=0.8', host: 'localhost' };
const FORM = { ...HTML, 'content-type': 'application/x-www-form-urlencoded' };
const REPORTS = ['exits', 'email', 'channels', 'content', 'consents'];

describe('the reports as pages', () => {
  let brand: SomeBrand;
  let cookie: string;
  beforeAll(async () => {
    brand = await SomeBrand.start();
    await brand.contact('eve');
    for (const [i, to] of ['ada', 'eve', 'eve'].entries()) {
      const body = { to, template: 'news', topic: 'newsletter', step: `<b>step</b> ${i}` };
      await brand.api.send('POST', '/v1/messages', {
        key: brand.key,
        body,
        headers: { 'idempotency-key': randomUUID() },
      });
    }
    cookie = await signIn(brand.key);
  }, 60_000);
  afterAll(() => brand.stop());

  const post = (key: string, headers: Record<string, string> = {}) =>
    brand.api.send('POST', '/reports/sign-in?language=en', {
      raw: new URLSearchParams({ key, to: '/reports/exits?step=1' }).toString(),
      headers: { ...FORM, ...headers },
    });
  async function signIn(key: string): Promise<string> {
    const answer = await post(key);
    expect([answer.status, answer.headers['location']]).toEqual([303, '/reports/exits?step=1']);
    return String(answer.headers['set-cookie']).split(';')[0] ?? '';
  }
  const get = (path: string, as = cookie) => brand.api.send('GET', path, { headers: { ...HTML, cookie: as } });
  const roleKey = (scopes: Scope[]) => brand.api.key({ brand: 'acme', scopes });

  it('are shown to nobody without a session, and lead back after signing in', async () => {
    for (const path of [
      '/reports',
      '/reports/exits?step=x',
      `/reports/messages/${randomUUID()}`,
      '/reports/attribution/touches',
      '/reports/exits/messages',
      '/reports/sales/deals',
      '/reports/consents/said',
      '/reports/figure?report=acquisition&column=leads',
      '/reports/funnel/leads',
      '/reports/pages/engagements',
      '/reports/variants/outcomes?campaign=x&variant=a&what=won',
      `/reports/accounts/touches?account=${randomUUID()}`,
      `/reports/entries/${randomUUID()}`,
      `/reports/entries/${randomUUID()}/proof`,
    ]) {
      for (const as of ['', 'reports=', `${cookie}x`, cookie.replace(/\.\d{13}\./, '.9999999999999.')]) {
        const answer = await get(path, as);
        expect([path, as, answer.status]).toEqual([path, as, 303]);
        expect(answer.headers['location']).toBe(
          `/reports/sign-in?${new URLSearchParams({ language: 'en', to: path }).toString()}`,
        );
        expect(answer.text).toBe('');
      }
    }
  });

  it('are opened by a key with a role, which is in no address, page or cookie, and by no other', async () => {
    const answer = await post(brand.key);
    expect(String(answer.headers['set-cookie'])).toMatch(
      /^reports=v1\.[0-9a-f-]{36}\.\d{13}\.[\w-]{43}; Path=\/; Max-Age=28800; HttpOnly; SameSite=Strict$/,
    );
    // Anywhere but on the machine itself the cookie wants TLS.
    const elsewhere = await post(brand.key, { host: 'reports.example' });
    expect(String(elsewhere.headers['set-cookie'])).toMatch(/^__Host-reports=.+; Path=\/; .+; Secure$/);
    expect(`${answer.text}${String(answer.headers['location'])}${String(answer.headers['set-cookie'])}`).not.toContain(
      brand.key,
    );
    const without = await roleKey(['messages:read', 'setup:read']);
    for (const key of ['', 'x', without, await brand.api.key({})]) {
      const refused = await post(key);
      expect([refused.status, refused.headers['set-cookie']]).toEqual([403, undefined]);
      expect(refused.text).toContain('This key does not open the reports.');
    }
    expect((await post(brand.key, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await post(brand.key, { 'content-type': 'application/json' })).status).toBe(400);
  });

  it.each([
    ['/reports/exits?step=1', '/reports/exits?step=1'],
    ['https://evil.example/reports', '/reports'],
    ['//evil.example', '/reports'],
    ['/reports//evil.example', '/reports'],
    ['/reports/../v1/keys', '/reports'],
    ['/reports/exits\r\nx: y', '/reports'],
    [undefined, '/reports'],
  ])('lead on after signing in for %j to %s', (to, target) => expect(safeTarget(to)).toBe(target));

  it('end with the session, and with the key at once', async () => {
    const key = await roleKey(['reports:finance']);
    const own = await signIn(key);
    expect((await get('/reports', own)).status).toBe(200);
    const out = await brand.api.send('POST', '/reports/sign-out', { headers: { ...HTML, cookie: own } });
    expect([out.status, String(out.headers['set-cookie'])]).toEqual([303, expect.stringContaining('Max-Age=0')]);
    const { items } = (await brand.send('GET', '/v1/keys')).json<{ items: { id: string; publicId: string }[] }>();
    await brand.send('DELETE', `/v1/keys/${items.find(({ publicId }) => key.includes(publicId))?.id}`);
    expect((await get('/reports', own)).status).toBe(303);
  });

  it('show each role its own reports and no other', async () => {
    const seen = async (scope: Scope) => {
      const own = await signIn(await roleKey([scope]));
      const { text } = await get('/reports?language=en', own);
      const statuses = await Promise.all(REPORTS.map(async (key) => (await get(`/reports/${key}`, own)).status));
      const listed = REPORTS.filter((key) => text.includes(`href="/reports/${key}?`));
      expect(REPORTS.filter((_, i) => statuses[i] === 200)).toEqual(listed);
      expect(statuses.filter((status) => status !== 200 && status !== 404)).toEqual([]);
      return listed;
    };
    expect(await seen('reports:operations')).toEqual(['exits', 'email', 'channels', 'consents']);
    expect(await seen('reports:cmo')).toEqual(REPORTS);
    expect(await seen('reports:sales')).toEqual(['content', 'consents']);
    expect(await seen('reports:finance')).toEqual(['channels']);
    expect(await seen('reports:read')).toEqual(REPORTS);
  });

  it('load nothing, run nothing, escape what others wrote, and say on what they rest, in both languages', async () => {
    for (const key of REPORTS) {
      for (const language of ['en', 'de']) {
        const { status, text, headers } = await get(`/reports/${key}?language=${language}`);
        expect([key, status]).toEqual([key, 200]);
        expect(String(headers['content-security-policy'])).toMatch(
          /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
        );
        expect(text).toContain(`<html lang="${language}">`);
        expect(text).not.toMatch(
          /<script|<b>|<img|<link|<iframe|\son\w+=|style="|https?:\/\/(?!www\.w3\.org)|undefined|NaN|\[object/,
        );
        for (const fact of language === 'en'
          ? ['Period', 'Time zone', 'Data through', 'Ledger position']
          : ['Zeitraum', 'Zeitzone', 'Datenstand', 'Stand des Protokolls'])
          expect(text.split(`<dt>${fact}</dt>`)).toHaveLength(3);
      }
    }
    const { text } = await get('/reports/exits?language=en');
    expect(text).toContain('<svg class="chart" role="img"');
    expect(text).toContain('&#60;b&#62;step&#60;/b&#62; 1');
  });

  it('lead from a figure to its messages, and from a message to its ledger entries', async () => {
    const page = await get('/reports/exits?language=en');
    const links = [...page.text.matchAll(/href="(\/reports\/exits\/messages\?[^"]*)"/g)].map(([, href = '']) =>
      href.replaceAll('&#38;', '&'),
    );
    const list = await get(links.find((href) => href.includes('reason=no_consent')) ?? '');
    const messages = [...list.text.matchAll(/href="(\/reports\/messages\/[^"]+)"/g)].map(([, href = '']) => href);
    expect(messages).toHaveLength(1);
    const one = await get(messages[0] ?? '');
    expect(one.text).toContain('<code>send.accepted</code>');
    expect(one.text).toContain('No consent');
    // Each entry has a page, which shows its bytes and leads to its proof.
    const [entry = ''] = [...one.text.matchAll(/href="(\/reports\/entries\/[^"]+)"/g)].map(([, href = '']) => href);
    const [id = ''] = /[0-9a-f-]{36}/.exec(entry) ?? [];
    const unpublished = await get(entry);
    expect(unpublished.text).toContain('There is a proof as soon as the entry stands in a signed checkpoint');
    expect(unpublished.text).toContain(`&#34;id&#34;:&#34;${id}&#34;`);
    expect((await get(`/reports/entries/${id}/proof`)).status).toBe(409);
    const told = (await brand.send('GET', `/v1/ledger/entries/${id}`)).json<{ leaf: string; proof: string }>();
    expect([JSON.parse(told.leaf), told.proof]).toEqual([
      expect.objectContaining({ id, t: 'send.accepted' }),
      `/v1/ledger/entries/${id}/proof`,
    ]);
    expect((await get(`/reports/entries/${randomUUID()}`)).status).toBe(404);
    const all = await get('/reports/exits/messages?limit=2&language=en');
    const next = /href="(\?[^"]*cursor=[^"]*)"/.exec(all.text)?.[1]?.replaceAll('&#38;', '&');
    const rest = await get(`/reports/exits/messages${next}`);
    const count = (text: string) => [...text.matchAll(/href="\/reports\/messages\//g)].length;
    expect([count(all.text), count(rest.text)]).toEqual([2, 1]);
  });

  it('do not show a few to who may not see single messages', async () => {
    const own = await signIn(await roleKey(['reports:read']));
    const { text } = await get('/reports/exits?language=en', own);
    expect(text).not.toContain('/reports/exits/messages');
    expect(text).toContain('too few to be shown');
    for (const list of [
      '/reports/exits/messages',
      '/reports/attribution/touches',
      '/reports/sales/deals',
      `/reports/entries/${randomUUID()}`,
    ]) {
      expect([list, (await get(list, own)).status]).toEqual([list, 403]);
    }
    expect(text.match(/step&#60;/g)).toBeNull();
    const key = await roleKey(['reports:read']);
    const { rows } = (await brand.send('GET', '/v1/reports/exits', undefined, key)).json<{
      rows: { cells: object[] }[];
    }>();
    expect(rows.map(({ cells }) => cells[4])).toEqual([{ notAvailable: 'too_few' }]);
  });

  it('are about the brand of the reader alone', async () => {
    const [message] = (await brand.send('GET', '/v1/reports/exits/messages')).json<{ items: { id: string }[] }>().items;
    const key = await brand.api.brand('other');
    const own = await signIn(key);
    for (const name of REPORTS) {
      const { total } = (await brand.send('GET', `/v1/reports/${name}`, undefined, key)).json<{
        total: { cells: { value?: string | number }[] };
      }>();
      const figures = total.cells.flatMap(({ value }) => (typeof value === 'number' ? [value] : []));
      expect([name, figures.length > 3, figures.filter((figure) => figure !== 0)]).toEqual([name, true, []]);
    }
    const { items } = (await brand.send('GET', '/v1/reports/exits/messages', undefined, key)).json<{
      items: object[];
    }>();
    expect(items).toEqual([]);
    expect((await get(`/reports/messages/${message?.id}`, own)).status).toBe(404);
    expect((await get(`/reports/messages/${message?.id}`)).status).toBe(200);
    const [entry] = (await brand.send('GET', `/v1/messages/${message?.id}`)).json<{ entries: { id: string }[] }>()
      .entries;
    expect([
      (await get(`/reports/entries/${entry?.id}`)).status,
      (await get(`/reports/entries/${entry?.id}`, own)).status,
    ]).toEqual([200, 404]);
  });

  it('say what is wrong with a filter, and know no other report', async () => {
    const wrong = await get('/reports/exits?from=2026-02-31&language=en');
    expect([wrong.status, wrong.text.includes('From “2026-02-31”: Invalid')]).toEqual([400, true]);
    expect((await get('/reports/exits?what=x')).status).toBe(400);
    expect((await get('/reports/nothing')).status).toBe(404);
    expect((await get('/reports/exits?form=1&campaign=&step=')).status).toBe(200);
  });

  it.each([
    ['attribution?weights=nix@1', 'Gewichtung „nix@1“: lässt sich so nicht verwenden.', 'There is no such weight set.'],
    ['sales?zone=Mars/Base', 'Zeitzone „Mars/Base“: lässt sich so nicht verwenden.', 'IANA'],
    ['sales?from=2026-13-01', 'Von „2026-13-01“: lässt sich so nicht verwenden.', 'Invalid ISO date'],
    ['attribution?within=region', 'Welches: lässt sich so nicht verwenden.', 'must name the segment'],
    ['sales?nothing=1', 'Nothing „1“: lässt sich so nicht verwenden.', 'is not known here'],
  ])('say which filter of %s is wrong, in the language of the page, and why', async (path, words, why) => {
    const german = await get(`/reports/${path}&language=de`);
    expect(german.status).toBe(path.includes('zone') ? 422 : 400);
    expect(german.text).toContain(words);
    expect(german.text.split('<span lang="en">')[1]).toContain(why);
    const english = await get(`/reports/${path}&language=en`);
    expect(english.text).toContain(why);
    expect(english.text).not.toContain('cannot be used like this');
    expect((await get('/reports/attribution?within=region&is=&language=de')).status).toBe(200);
  });

  it('lead a role from an amount to the costs that it is made of, and from no other number to people', async () => {
    const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    const cost = {
      ...{ type: 'cost', id: 'fair-budget', category: 'ad_spend', channel: 'fair', from: day, to: day },
      value: { amount: 12_345, currency: 'EUR' },
    };
    const told = await brand.api.send('POST', '/v1/events', { key: brand.key, body: { events: [cost] } });
    expect(told.json()).toMatchObject({ results: [{ result: 'kept' }] });
    const finance = await signIn(await roleKey(['reports:finance']));
    const page = await get(`/reports/acquisition?from=${day}&to=${day}&zone=Etc/UTC&language=en`, finance);
    const links = [...page.text.matchAll(/href="(\/reports\/figure\?[^"]*)"/g)].map(([, link = '']) =>
      link.replaceAll('&#38;', '&'),
    );
    expect(links.some((link) => link.includes('column=cost'))).toBe(true);
    for (const link of links) {
      const figure = await get(link, finance);
      expect([link, figure.status]).toEqual([link, 200]);
      expect(figure.text).not.toMatch(/href="\/reports\/(messages|entries|attribution\/touches|accounts)/);
    }
    const costs = await get(links.find((link) => link.includes('column=cost')) ?? '', finance);
    expect(costs.text).toContain('fair-budget');
    expect(costs.text).toContain('123.45');
    // By no address and no door is it told what is made of people; the machines' door tells costs alike.
    const reader = await roleKey(['reports:read']);
    const leads = Array.from({ length: 6 }, (_, i) => ({
      ...{ type: 'stage', id: `lead-${i}`, lead: `l${i}`, stage: 'mql', contact: 'eve', at: `${day}T10:00:00Z` },
    }));
    await brand.api.send('POST', '/v1/events', { key: brand.key, body: { events: leads } });
    const behind = (column: string, row: string, key: string) =>
      brand.api.send(
        'GET',
        `/v1/reports/figure?report=campaigns&from=${day}&to=${day}&zone=Etc/UTC&row=${row}&column=${column}`,
        { key },
      );
    expect((await behind('leads', '~unattributed', brand.key)).json()).toMatchObject({ all: 6 });
    expect((await behind('leads', '~unattributed', reader)).status).toBe(403);
    expect((await behind('cost', '~unattributed', reader)).json()).toMatchObject({
      items: [{ kind: 'cost_ad_spend', id: 'fair-budget', adds: 12_345 }],
    });
    const asked = `figure?report=campaigns&from=${day}&to=${day}&zone=Etc/UTC&row=~unattributed&column=leads`;
    expect((await get(`/reports/${asked}`, await signIn(await roleKey(['reports:cmo'])))).status).toBe(403);
    // What is of people is refused in words of its own.
    const listed = `/reports/funnel/leads?from=${day}&to=${day}&language=de`;
    const refused = await get(listed, finance);
    expect([refused.status, refused.text.includes('Ihr Schlüssel öffnet das nicht')]).toEqual([403, true]);
    expect(refused.text).not.toContain('Filter lassen sich nicht');
    // A role sees no report of another one, in parts as little as whole.
    const operations = await signIn(await roleKey(['reports:operations']));
    expect((await get(links[0] ?? '', operations)).status).toBe(404);
  });

  it('give the same figures as a file and to machines', async () => {
    const json = (await brand.send('GET', '/v1/reports/exits')).json<{
      total: { cells: { value: number }[] };
      rows: unknown[];
    }>();
    expect(json.total.cells.slice(4, 8).map(({ value }) => value)).toEqual([3, 1, 0, 2]);
    for (const file of [
      await get('/reports/exits?format=csv'),
      await brand.send('GET', '/v1/reports/exits?format=csv'),
      await brand.api.send('GET', '/v1/reports/exits', {
        key: brand.key,
        headers: { accept: 'application/json;q=0.5, text/csv' },
      }),
    ]) {
      expect(file.headers['content-type']).toBe('text/csv; charset=utf-8');
      const [header, ...rows] = file.text.trim().split('\r\n');
      expect(header).toBe('Campaign,Path,Step,Channel,Inflow,In processing,Sent,Exit,No consent,Lost,Drop-off');
      expect(rows).toHaveLength(json.rows.length + 1);
      expect(rows.at(-1)).toBe(',,,,3,1,0,2,2,2,0.6666666666666666');
    }
    const excel = await get('/reports/exits?format=csv&excel=de&language=de');
    expect(excel.text.slice(0, 18)).toBe('\ufeffKampagne;Pfad;Sch');
  });
});
