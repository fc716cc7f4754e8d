import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { Database } from '#lib/platform';
import { RunningApi, SET_UP_BODIES } from '../../apps/api/src/testing/running-api.js';
import { ApiClient } from '../../apps/cli/src/seed/api-client.js';
import { apply as applyPlan, planOf, pull } from '../../apps/cli/src/config/config.js';
import { lint } from '../../apps/cli/src/config/lint.js';
import { applyStep } from '../../apps/cli/src/config/gateway-config.js';
import { fromFiles } from '../../apps/cli/src/config/domain/config-files.js';
import type { ConfigPlan } from '../../apps/cli/src/config/domain/config-state.js';
import { planText } from '../../apps/cli/src/config/domain/plan-text.js';

describe('the set-up of a brand in files', () => {
  let api: RunningApi;
  let acme: ApiClient;
  let other: ApiClient;
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'gateway-config-'));
  const file = (name: string): string => path.join(dir, name);

  beforeAll(async () => {
    api = await RunningApi.start();
    const keys = [await api.brand('acme'), await api.brand('other')] as const;
    for (const { method, path: route, body } of SET_UP_BODIES) {
      if (route === '/v1/brands/acme' || route === '/v1/keys') continue;
      const answer = await api.send(method, route, { key: keys[0], body });
      if (answer.status >= 300) throw new Error(answer.text);
    }
    // Its template and its purpose are made with it.
    const asked = await api.send('PUT', '/v1/double-opt-in/email', { key: keys[0], body: { validDays: 3 } });
    expect(asked.status).toBeLessThan(300);
    await api.app.listen(0, '127.0.0.1');
    const url = await api.app.getUrl();
    [acme, other] = [new ApiClient(url, keys[0]), new ApiClient(url, keys[1])];
  });
  afterAll(async () => {
    await api.stop();
    fs.rmSync(dir, { recursive: true, force: true });
  });

  const apply = (client: ApiClient, plan: ConfigPlan): Promise<void> =>
    applyPlan(client, plan, () => planOf(client, dir));
  const steps = async (client = acme): Promise<string[]> =>
    (await planOf(client, dir)).steps.map(({ kind, group, key }) => `${kind} ${group}/${key}`);

  it('is all there, the same bytes every time, and nothing is to be done about it', async () => {
    await pull(acme, dir);
    const names = fs.readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/.test(name));
    expect(names.filter((name) => !/^(templates\/double-opt-in|purposes\/confirmation)/.test(name)).sort()).toEqual([
      'blocks/footer@1/block.json',
      'blocks/footer@1/de.html',
      'blocks/footer@1/de.txt',
      'brands/acme.json',
      'campaigns/Spring-2027.json',
      'double-opt-in/email.json',
      'notices/terms.json',
      'policies/standard.json',
      'providers/smtp.json',
      'purposes/marketing.json',
      'templates/Welcome/de.html',
      'templates/Welcome/de.txt',
      'templates/Welcome/template.json',
      'topics/news.json',
    ]);
    const before = names.map((name) => fs.readFileSync(file(name), 'utf8'));
    expect(before.join()).not.toContain('secret');
    expect(await steps()).toEqual([]);
    await pull(acme, dir);
    expect(names.map((name) => fs.readFileSync(file(name), 'utf8'))).toEqual(before);
  });

  it('says what a change of the files would do, does it, and has nothing to do the second time', async () => {
    fs.writeFileSync(file('templates/Welcome/de.txt'), 'Guten Tag {{name}}.\nAbbestellen: {{unsubscribeUrl}}');
    fs.writeFileSync(file('topics/events.json'), '{"purpose": "marketing", "labels": {"de": "Messen"}}');
    const campaign = JSON.parse(fs.readFileSync(file('campaigns/Spring-2027.json'), 'utf8')) as object;
    fs.writeFileSync(file('campaigns/Spring-2027.json'), JSON.stringify({ ...campaign, name: 'Spring again' }));
    const plan = await planOf(acme, dir);
    expect(planText(plan)).toBe(
      [
        '+ topics/events',
        '~ templates/Welcome (the next version)',
        '    /contents/de/text: from line 1 on: "Hallo {{name}}. Abbestellen: {{unsubscribeUrl}}" -> "Guten Tag {{name}}."',
        '~ campaigns/Spring-2027',
        '    /name: "Spring" -> "Spring again"',
        '1 to create, 2 to change.',
      ].join('\n'),
    );
    await apply(acme, plan);
    expect(await steps()).toEqual([]);
    const versions = await api.send('GET', '/v1/templates?limit=10', { key: await api.key({ brand: 'acme' }) });
    const { items } = versions.json<{
      items: { key: string; version: number; contents: { de: { text: string } } }[];
    }>();
    const listed = items.filter(({ key }) => key === 'Welcome');
    expect(listed.map(({ version, contents }) => `${version} ${contents.de.text.split('.')[0]}`)).toEqual([
      '1 Hallo {{name}}',
      '2 Guten Tag {{name}}',
    ]);
  });

  it('keeps each version of a block in a folder, and says which templates include an older one', async () => {
    const write = (name: string, text: string): void => {
      fs.mkdirSync(path.dirname(file(name)), { recursive: true });
      fs.writeFileSync(file(name), text);
    };
    const document = '{"defaultLanguage": "de", "contents": {"de": {}}}';
    write('blocks/footer@1/de.txt', 'Changed');
    expect((await planOf(acme, dir)).problems).toEqual([
      'blocks/footer@1 is published and never changes; write it as another version',
    ]);
    await pull(acme, dir);
    // The later of the two is published first, because the other includes it.
    write('blocks/footer@3/block.json', document);
    write('blocks/footer@3/de.txt', '{{> sign@2}}\n{{unsubscribeUrl}}');
    write('blocks/sign@2/block.json', document);
    write('blocks/sign@2/de.txt', '{{> footer@3}}');
    const inCircle = await planOf(acme, dir);
    expect(inCircle.problems).toEqual(['blocks/footer@3 includes itself: footer@3 > sign@2 > footer@3']);
    await expect(apply(acme, inCircle)).rejects.toThrow(/includes itself/);
    write('blocks/sign@2/de.txt', '{{brand.name}}');
    write('templates/Welcome/de.txt', 'Guten Tag {{name}}. {{unsubscribeUrl}}\n{{> footer@1}}');
    const plan = await planOf(acme, dir);
    expect(
      planText(plan)
        .split('\n')
        .filter((line) => /footer|sign/.test(line)),
    ).toEqual([
      '+ blocks/sign@2',
      '+ blocks/footer@3',
      '  templates/Welcome includes footer@1; the newest is footer@3',
    ]);
    await apply(acme, plan);
    expect(await steps()).toEqual([]);
    write('templates/Welcome/de.txt', 'Guten Tag {{name}}.\n{{> footer@3}}');
    await apply(acme, await planOf(acme, dir));
    expect(planText(await planOf(acme, dir))).toBe('Nothing to do.');
    const now = (await api.send('GET', '/v1/templates/Welcome', { key: await api.key({ brand: 'acme' }) })).json<{
      expanded: { de: { text: string } };
    }>();
    expect(now.expanded.de.text).toBe('Guten Tag {{name}}.\n{{brand.name}}\n{{unsubscribeUrl}}');
    write('templates/Welcome/de.txt', '{{> nothing@1}}');
    expect((await planOf(acme, dir)).problems).toEqual([
      'templates/Welcome includes nothing@1, which is in no file and not there',
    ]);
    // What nothing includes and is not the newest is not written down.
    await pull(acme, dir);
    expect(fs.readdirSync(file('blocks')).sort()).toEqual(['footer@3', 'sign@2']);
    expect(await steps()).toEqual([]);
    expect((await planOf(acme, dir)).onlyThere).toEqual([]);
  });

  it('is looked at as what it would be: a template with a block that only the folder has is no broken one', async () => {
    const write = (name: string, text: string): void => {
      fs.mkdirSync(path.dirname(file(name)), { recursive: true });
      fs.writeFileSync(file(name), text);
    };
    const found = async (): Promise<string[]> => {
      const codes: string[] = [];
      for await (const { name, answer } of lint(acme, { dir }, {}))
        codes.push(...answer.findings.map(({ code, detail }) => `${name} ${code} ${detail}`));
      return codes;
    };
    const before = fs.readFileSync(file('templates/Welcome/de.txt'), 'utf8');
    const clean = await found();
    write('blocks/fuss@1/block.json', '{"defaultLanguage": "de", "contents": {"de": {}}}');
    write('blocks/fuss@1/de.txt', 'Abbestellen: {{unsubscribeUrl}}');
    write('templates/Welcome/de.txt', `${before}\n{{> fuss@1}}`);
    expect(await found()).toEqual(clean);
    // What would be refused is said, and the rest is judged without it.
    write('topics/lost.json', '{"purpose": "nothing", "labels": {"de": "Nirgends"}}');
    expect(await found()).toEqual([expect.stringMatching(/^topics\/lost refused /), ...clean]);
    expect(await steps()).toEqual(['create topics/lost', 'create blocks/fuss@1', 'change templates/Welcome']);
    write('templates/Welcome/de.txt', before);
    for (const name of ['blocks/fuss@1', 'topics/lost.json']) fs.rmSync(file(name), { recursive: true });
  });

  it('makes another brand what the first is', async () => {
    // Also where the one names the other: the page of a brand shows a notice.
    const { page, ...brand } = JSON.parse(fs.readFileSync(file('brands/acme.json'), 'utf8')) as { page: object };
    fs.writeFileSync(file('brands/acme.json'), JSON.stringify({ ...brand, page: { ...page, notice: 'terms' } }));
    expect(await steps()).toEqual(['change brands/acme']);
    await apply(acme, await planOf(acme, dir));
    fs.renameSync(file('brands/acme.json'), file('brands/other.json'));
    expect(await steps(other)).toEqual(
      expect.arrayContaining(['create topics/events', 'create templates/Welcome', 'create double-opt-in/email']),
    );
    await apply(other, await planOf(other, dir));
    expect(await steps(other)).toEqual([]);
    expect((await planOf(other, dir)).onlyThere).toEqual([]);
    fs.renameSync(file('brands/other.json'), file('brands/acme.json'));
  });

  it('stops in another brand the campaign that is stopped in the first, and says so in the plan', async () => {
    const key = await api.key({ brand: 'acme', scopes: ['setup:read', 'setup:write'] });
    expect((await api.send('POST', '/v1/campaigns/Spring-2027/stop', { key })).status).toBe(200);
    // The file of before says nothing of it, and starts nothing again.
    expect(await steps()).toEqual([]);
    await pull(acme, dir);
    expect(JSON.parse(fs.readFileSync(file('campaigns/Spring-2027.json'), 'utf8'))).toMatchObject({
      status: 'stopped',
    });
    expect(await steps()).toEqual([]);
    const plan = await planOf(other, dir);
    expect(planText(plan)).toMatch(/campaigns\/Spring-2027\n {4}\/status: .*"stopped"/);
    for (const step of plan.steps.filter(({ group }) => group === 'policies' || group === 'campaigns'))
      await applyStep(other, step);
    expect(await other.find('/v1/campaigns/Spring-2027', z.looseObject({}))).toMatchObject({ status: 'stopped' });
    expect(await steps(other)).not.toContain('change campaigns/Spring-2027');
  });

  it('takes what the gateway fills in as said where a file leaves it out', async () => {
    fs.writeFileSync(file('double-opt-in/email.json'), '{"validDays": 3}');
    fs.writeFileSync(
      file('topics/news.json'),
      '{"purpose": "marketing", "labels": {"de": "Werbung", "en": "Marketing"}}',
    );
    expect(await steps()).toEqual([]);
  });

  it('says what is there and in no file, and leaves it', async () => {
    fs.rmSync(file('topics/events.json'));
    const plan = await planOf(acme, dir);
    expect([plan.steps, plan.onlyThere]).toEqual([[], ['topics/events']]);
    await pull(acme, dir);
    expect(fs.existsSync(file('topics/events.json'))).toBe(true);
  });

  it('changes nothing where a word of it would be refused, and names all of them', async () => {
    const text = fs.readFileSync(file('templates/Welcome/de.txt'), 'utf8');
    fs.writeFileSync(file('topics/fairs.json'), '{"purpose": "marketing", "labels": {"de": "Messen", "en": "Fairs"}}');
    fs.writeFileSync(file('templates/Welcome/de.txt'), 'No way out');
    fs.mkdirSync(file('blocks/broken@1'));
    fs.writeFileSync(file('blocks/broken@1/block.json'), '{"defaultLanguage": "de", "contents": {"de": {}}}');
    fs.writeFileSync(file('blocks/broken@1/de.txt'), '{{#if x}}');
    await expect(apply(acme, await planOf(acme, dir))).rejects.toThrow(
      /^Nothing was changed:\nblocks\/broken@1: \/contents\/de\/text: cannot be parsed[^]*templates\/Welcome: \/contents\/de\/text: .*way out/,
    );
    fs.rmSync(file('blocks/broken@1'), { recursive: true });
    fs.writeFileSync(file('templates/Welcome/de.txt'), text);
    expect(await steps()).toEqual(['create topics/fairs']);
  });

  it('changes nothing where anything of any group would be refused, whatever it names of what would be new', async () => {
    const [terms, campaign, brand] = ['notices/terms.json', 'campaigns/Spring-2027.json', 'brands/acme.json'].map(
      (name) => fs.readFileSync(file(name), 'utf8'),
    ) as [string, string, string];
    const with_ = (text: string, more: object): string => JSON.stringify({ ...(JSON.parse(text) as object), ...more });
    const { tx } = api.app.get(Database, { strict: false });
    const entries = () =>
      tx.sql`SELECT (SELECT count(*) FROM ledger.pending) + (SELECT count(*) FROM ledger.entry) AS n`;
    const before = await entries();
    fs.writeFileSync(file('purposes/fresh.json'), with_(fs.readFileSync(file('purposes/marketing.json'), 'utf8'), {}));
    fs.writeFileSync(file('topics/fresh.json'), '{"purpose": "fresh", "labels": {"de": "Neu", "en": "New"}}');
    fs.writeFileSync(file('topics/lost.json'), '{"purpose": "nowhere", "labels": {"de": "Neu", "en": "New"}}');
    fs.writeFileSync(file('notices/terms.json'), with_(terms, { wordings: { en: 'Yes.' } }));
    fs.writeFileSync(file('campaigns/Spring-2027.json'), with_(campaign, { policy: 'nowhere' }));
    fs.writeFileSync(file('brands/acme.json'), with_(brand, { defaultZone: 'Europe/Atlantis' }));
    fs.writeFileSync(file('providers/sms.json'), '{"kind": "smpp", "channel": "sms", "settings": {"host": ""}}');
    fs.writeFileSync(file('double-opt-in/sms.json'), '{"validDays": 300}');
    const refused = await apply(acme, await planOf(acme, dir)).catch((error: Error) => error.message);
    expect(
      String(refused)
        .split('\n')
        .map((line) => line.split(': ').slice(0, 2).join(': ')),
    ).toEqual(
      expect.arrayContaining([
        'Nothing was changed:',
        'notices/terms: /wordings',
        'brands/acme: /defaultZone',
        'topics/lost: /purpose',
        'campaigns/Spring-2027: /policy',
        expect.stringMatching(/^providers\/sms: \/settings/),
        'double-opt-in/sms: /validDays',
      ]),
    );
    expect(refused).not.toContain('fresh');
    expect(await entries()).toEqual(before);
    for (const name of ['topics/lost.json', 'providers/sms.json', 'double-opt-in/sms.json']) fs.rmSync(file(name));
    fs.writeFileSync(file('notices/terms.json'), terms);
    fs.writeFileSync(file('campaigns/Spring-2027.json'), campaign);
    fs.writeFileSync(file('brands/acme.json'), brand);
    expect(await steps()).toEqual(['create purposes/fresh', 'create topics/fairs', 'create topics/fresh']);
    fs.rmSync(file('purposes/fresh.json'));
    fs.rmSync(file('topics/fresh.json'));
  });

  it('changes nothing where somebody changed something since the plan was made', async () => {
    const plan = await planOf(acme, dir);
    const key = await api.key({ brand: 'acme' });
    const labels = { de: 'Jemand', en: 'Somebody' };
    const news = (body: object) => api.send('PUT', '/v1/topics/news', { key, body: { purpose: 'marketing', ...body } });
    expect((await news({ labels })).status).toBe(200);
    await expect(apply(acme, plan)).rejects.toThrow(/not what the plan saw/);
    const { steps: now } = await planOf(acme, dir);
    expect(now.map(({ group, key: name }) => `${group}/${name}`)).toEqual(['topics/fairs', 'topics/news']);
    await apply(acme, await planOf(acme, dir));
    expect(await steps()).toEqual([]);
  });

  it('says the same whatever ends its lines, and whatever mark begins its files', async () => {
    const text = fs.readFileSync(file('templates/Welcome/de.txt'), 'utf8');
    const topic = fs.readFileSync(file('topics/news.json'), 'utf8');
    expect(text).toContain('\n');
    fs.writeFileSync(file('templates/Welcome/de.txt'), text.replaceAll('\n', '\r\n'));
    fs.writeFileSync(file('topics/news.json'), `\uFEFF${topic}`);
    expect(await steps()).toEqual([]);
    fs.writeFileSync(file('templates/Welcome/de.txt'), text);
    fs.writeFileSync(file('topics/news.json'), topic);
  });

  it('is not passed over where no document names a file', async () => {
    fs.writeFileSync(file('templates/Welcome/fr.txt'), 'Bonjour');
    await expect(steps()).rejects.toThrow(/Welcome\/fr\.txt is of a language that .*template\.json does not name/);
    fs.rmSync(file('templates/Welcome/fr.txt'));
    fs.mkdirSync(file('templates/Winter'));
    fs.writeFileSync(file('templates/Winter/de.txt'), 'Winter');
    await expect(pull(acme, dir)).rejects.toThrow(/templates\/Winter\/template\.json is missing/);
    fs.rmSync(file('templates/Winter'), { recursive: true });
  });

  it('leaves a folder as it is in which there is anything else', async () => {
    fs.writeFileSync(file('notes.txt'), 'mine');
    await expect(pull(acme, dir)).rejects.toThrow(/notes\.txt is no file of a set-up/);
    expect(fs.readFileSync(file('notes.txt'), 'utf8')).toBe('mine');
    fs.rmSync(file('notes.txt'));
  });

  it.each([
    ['purposes/a.json', '{', /purposes\/a\.json: /],
    ['purposes/a.json', '[]', /must hold one JSON object/],
    ['readme.md', 'x', /readme\.md is no file of a set-up/],
    ['templates/a/notes.md', 'x', /notes\.md is no file of a set-up/],
    ['templates.json', '{}', /templates\.json is no file/],
    ['blocks/footer/block.json', '{}', /named with its version, such as blocks\/footer@3/],
    ['templates/a/template.json', '{"contents": {"de": {}}}', /templates\/a\/de\.txt is missing/],
  ])('is refused with %s that says %s', (name, text, problem) => {
    expect(() => fromFiles(new Map([[name, text]]))).toThrow(problem);
  });

  it('has nothing to do about a template that was sent with such a mark, and with lines that end otherwise', async () => {
    const key = await api.key({ brand: 'acme' });
    const content = { subject: 'Marked', html: '\uFEFF<p>Hi</p>\r\n', text: '\uFEFFHi\r\n' };
    const body = { key: 'Marked', channel: 'email', class: 'transactional', defaultLanguage: 'en', contents: { en: content } }; // prettier-ignore
    const published = await api.send('POST', '/v1/templates', { key, body });
    expect([published.status, published.text]).toEqual([201, expect.stringContaining('\ufeffHi')]);
    await pull(acme, dir);
    expect(await steps()).toEqual([]);
  });
});
