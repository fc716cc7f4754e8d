import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { refuseOthers, refuseUnrunnable, Unstartable } from './own-folder.js';

/** Nobody may give files away but root, so it is the one who asks that is another. */
const ours = process.getuid?.() ?? 0;
const stranger = ours + 4_001;

describe('a data directory', () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'own-folder-'));
    for (const inner of ['pgdata', 'mails', 'ledger']) fs.mkdirSync(path.join(folder, inner), { mode: 0o700 });
    for (const file of ['pgdata/base', 'mails/1.eml', 'ledger/log.key']) fs.writeFileSync(path.join(folder, file), '');
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  it('is used by the account that it belongs to', () => {
    expect(() => refuseOthers(folder, ours)).not.toThrow();
    expect(() => refuseUnrunnable(path.join(folder, 'pgdata'), ours)).not.toThrow();
    expect(() => refuseUnrunnable(path.join(folder, 'none yet'), stranger)).not.toThrow();
  });

  it('of another account is refused, with whose it is and what to do', () => {
    const refused = refusalOf(() => refuseOthers(folder, stranger));
    expect(refused).toContain(`${folder} belongs to another account (${os.userInfo().username})`);
    expect(refused).toContain(`chown -R ${stranger} ${folder}`);
  });

  (ours === 0 ? it : it.skip)(
    'with a file of another in it, as after a start by root, is refused with its name',
    () => {
      for (const many of ['pgdata/base', 'mails/1.eml']) fs.chownSync(path.join(folder, many), stranger, stranger);
      expect(() => refuseOthers(folder, ours)).not.toThrow();
      const key = path.join(folder, 'ledger/log.key');
      fs.chownSync(key, stranger, stranger);
      const refused = refusalOf(() => refuseOthers(folder, ours));
      expect(refused).toContain(`${key} belongs to another account (uid ${stranger})`);
      expect(refused).toContain(`chown -R root ${folder}`);
    },
  );

  it('with a cluster that PostgreSQL would refuse says how it would not', () => {
    const cluster = path.join(folder, 'pgdata');
    const foreign = refusalOf(() => refuseUnrunnable(cluster, stranger));
    expect(foreign).toContain(`${cluster} belongs to ${os.userInfo().username}, as whom PostgreSQL does not run`);
    expect(foreign).toContain(`chown -R ${stranger} ${cluster}`);
    fs.chmodSync(cluster, 0o750);
    expect(() => refuseUnrunnable(cluster, ours)).not.toThrow();
    fs.chmodSync(cluster, 0o755);
    expect(refusalOf(() => refuseUnrunnable(cluster, ours))).toContain(`chmod 700 ${cluster}`);
  });
});

function refusalOf(asked: () => void): string {
  try {
    asked();
  } catch (error) {
    if (error instanceof Unstartable) return error.message;
    throw error;
  }
  return 'not refused';
}
