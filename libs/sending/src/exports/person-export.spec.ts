import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ExportService, type PageLink, PreferenceService, StandingService } from '#lib/consent';
import { LedgerService } from '#lib/ledger';
import { Database } from '#lib/platform';
import { PERSON_PAGE_LANGUAGES, PersonExportService } from '#lib/sending';
import { Gateway } from '../../../../test/support/gateway.js';

describe('what is kept about a person', () => {
  let gateway: Gateway;
  let exports: PersonExportService;
  beforeAll(async () => {
    gateway = await Gateway.start();
    const database = gateway.get(Database);
    exports = new PersonExportService(
      database,
      new ExportService(database, gateway.get(LedgerService), new StandingService(database)),
    );
  });
  afterAll(async () => gateway.stop());

  it('says of nothing that somebody took back that it stands, and keeps both in the record', async () => {
    await gateway.contact('ida', { consent: null });
    const [point] = await gateway.tx.sql<{ id: PageLink['contactPointId'] }>`
      SELECT id FROM consent.contact_point WHERE address = 'ida@people.example'`;
    if (point === undefined) throw new Error('no contact point');
    const link: PageLink = {
      contactPointId: point.id,
      scopeId: null,
      messageId: null,
      access: 'manage',
      expiresAt: null,
    };
    const words = { details: {}, wording: () => 'words of a button' };
    const stopped = await gateway.get(PreferenceService).apply(link, { act: 'stop_all' }, null, words);
    if (stopped?.kind !== 'done' || stopped.changeId === null) throw new Error('was not left');
    const standing = async () => {
      const { contactPoints } = await exports.export(gateway.brandId, 'ida', 'key-1');
      return contactPoints.map((one) => [one.standing.length > 0, one.history.length > 0]);
    };
    expect(await standing()).toEqual([[true, true]]);
    await gateway.get(PreferenceService).undo(link, stopped.changeId, null, words);
    expect(await standing()).toEqual([[false, true]]);
  });

  it('comes in one call: data, history with evidence, decisions, messages, touches and ledger entries', async () => {
    await gateway.contact('ada', { zone: 'Europe/Berlin' });
    await gateway.contact('eve');
    const sent = await gateway.accept({ to: 'ada' });
    await gateway.attempt(sent);
    await gateway.accept({ to: 'eve' });
    await gateway.consent('ada', 'withdrawn');
    const dropped = await gateway.accept({ to: 'ada' });
    await gateway.integrate();

    const data = await exports.export(gateway.brandId, 'ada', 'key-1');
    expect(data.person).toMatchObject({ externalId: 'ada', zone: 'Europe/Berlin' });
    expect(data.controller.name).toBe('Spec GmbH');
    const [point] = data.contactPoints;
    expect(point).toMatchObject({ channel: 'email', address: 'ada@people.example', until: null });
    expect(point?.history.map(({ kind, topic }) => `${kind} ${topic}`)).toEqual([
      'granted null',
      'granted newsletter',
      'withdrawn newsletter',
    ]);
    expect(point?.standing.map(({ topic, status }) => `${topic} ${status}`)).toEqual([
      'null granted',
      'newsletter withdrawn',
    ]);
    expect(data.messages.map(({ id, status, reason }) => [id, status, reason])).toEqual([
      [sent, 'sent', null],
      [dropped, 'dropped', 'consent_withdrawn'],
    ]);
    expect(data.messages[0]?.touches.map(({ type }) => type)).toEqual(['sent']);
    expect(data.messages[0]?.decisions.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      'accepted pass',
      'handover_started pass',
      'ended sent',
    ]);
    expect(data.messages[0]?.decisions[0]?.facts).not.toBeNull();
    expect(data.ledger.every(({ position }) => position !== null)).toBe(true);
    expect(new Set(data.ledger.map(({ type }) => type))).toEqual(
      new Set([
        'contact.changed',
        'contact_point.changed',
        'consent.granted',
        'consent.withdrawn',
        'send.accepted',
        'send.handover_started',
        'send.ended',
      ]),
    );
    expect(JSON.stringify(data)).not.toContain('eve@people.example');

    // That it was read stands in the ledger, and in the next export.
    const again = await exports.export(gateway.brandId, 'ada', 'key-2');
    const read = again.ledger.filter(({ type }) => type === 'export.created');
    expect(read.map(({ disclosed }) => disclosed['actor'])).toEqual(['key-1']);
  });

  it('is not there for an unknown person or another brand', async () => {
    await expect(exports.export(gateway.brandId, 'nobody', 'key-1')).rejects.toMatchObject({ code: 'not_found' });
    const other = '00000000-0000-4000-8000-000000000000' as typeof gateway.brandId;
    await expect(exports.export(other, 'ada', 'key-1')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is read as a page on which nothing of it can run', async () => {
    await gateway.contact('mallory', { address: 'mallory@people.example' });
    await gateway.asAdmin(
      `UPDATE consent.contact SET account = '<script>alert(1)</script>', attributes = '{"name":"\\"><img src=x onerror=alert(1)>"}' WHERE external_id = 'mallory'`,
    );
    for (const language of PERSON_PAGE_LANGUAGES) {
      const { html } = await exports.page(gateway.brandId, 'mallory', 'key-1', language);
      expect(html).toContain(`<html lang="${language}"`);
      expect(html).toContain('mallory@people.example');
      expect(html).toContain('&#60;script&#62;alert(1)&#60;/script&#62;');
      expect(html).not.toMatch(/<(script|img)/i);
    }
  });
});
