import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { ErasedAgain, ErasureService } from '#lib/consent';
import { ERASED_FILE } from '#lib/ledger';
import { Gateway } from '../../../test/support/gateway.js';
import { ErasedList } from './erased-list.js';

/** What a backup brings back. */
const TABLES = [
  ...['consent.contact', 'consent.contact_point', 'consent.consent_event', 'consent.consent_state'],
  ...['ledger.subject', 'ledger.disclosure', 'sending.message'],
];

describe('who was erased', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'erased-'));
  const file = path.join(folder, ERASED_FILE);
  let gateway: Gateway;
  let admin: pg.Client;
  beforeAll(async () => {
    gateway = await Gateway.start();
    admin = new pg.Client({ connectionString: gateway.database.urls.admin });
    await admin.connect();
  });
  afterAll(async () => {
    await admin.end();
    await gateway.stop();
    fs.rmSync(folder, { recursive: true });
  });

  const list = () => new ErasedList(folder, gateway.get(ErasedAgain));
  const erase = (who: string) =>
    gateway.get(ErasureService).erase(gateway.brandId, who, { basis: 'gdpr_17_1_b', reason: null, note: null }, 'spec');
  const known = async (word: string): Promise<string[]> => {
    const found: string[] = [];
    for (const table of TABLES) {
      const { rows } = await admin.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t`);
      if (rows.some(({ row }) => row.includes(word))) found.push(table);
    }
    return found;
  };
  const untriggered = async (work: () => Promise<unknown>): Promise<void> => {
    await admin.query(`SET session_replication_role = replica`);
    for (const table of TABLES) await admin.query(`ALTER TABLE ${table} DISABLE TRIGGER ALL`);
    await work();
    for (const table of TABLES) await admin.query(`ALTER TABLE ${table} ENABLE TRIGGER ALL`);
    await admin.query(`SET session_replication_role = origin`);
  };

  it('is erased again from a database that was restored to before, and stays so', async () => {
    await gateway.contact('canary-person', { address: 'canary-person@people.example' });
    await gateway.contact('stays');
    await gateway.attempt(await gateway.accept({ to: 'canary-person', variables: { note: 'canary-person' } }));
    for (const table of TABLES)
      await admin.query(`CREATE TABLE public.backup_${table.replace('.', '_')} AS TABLE ${table}`);
    expect(await list().round()).toBe(0);
    await erase('canary-person');
    expect(await known('canary-person')).toEqual([]);
    expect(await list().round()).toBe(0);
    expect(fs.readFileSync(file, 'utf8')).not.toContain('canary-person');

    await untriggered(async () => {
      for (const table of [...TABLES].reverse()) await admin.query(`DELETE FROM ${table}`);
      for (const table of TABLES)
        await admin.query(`INSERT INTO ${table} SELECT * FROM public.backup_${table.replace('.', '_')}`);
      for (const table of TABLES) await admin.query(`DROP TABLE public.backup_${table.replace('.', '_')}`);
    });
    expect(await known('canary-person')).toEqual(['consent.contact', 'consent.contact_point', 'sending.message']);

    const again = list();
    expect([await again.round(), await again.round(), await list().round()]).toEqual([1, 0, 0]);
    expect(await known('canary-person')).toEqual([]);
    const { rows } = await admin.query(
      `SELECT 1 FROM ledger.disclosure d JOIN consent.contact c ON c.subject_id = d.subject_id WHERE c.erased_at IS NOT NULL AND octet_length(d.sealed) > 250`,
    );
    expect(rows).toEqual([]);
    expect(await known('stays')).toContain('consent.contact');
  });

  it('is on the list once, also after a crash in the middle of a line, and nobody else is', async () => {
    fs.appendFileSync(file, '{"id":"019aa4d6-0c00-70');
    await gateway.contact('second');
    await erase('second');
    await list().round();
    await list().round();
    const lines = fs.readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(new Set(lines.map((line) => (JSON.parse(line) as { id: string }).id)).size).toBe(2);
    fs.appendFileSync(file, 'nonsense\n');
    expect(list).toThrow();
  });
});
