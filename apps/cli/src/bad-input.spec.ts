import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CommandEnd } from './command.js';
import { run as decide } from './decide/decide.js';
import { run as backtest } from './history/backtest.js';
import { run as replay } from './history/replay.js';
import { run as importFile } from './import/import.js';
import { run as packs } from './packs/main.js';
import { describeWithout } from '../../../test/support/optional-program.js';

/*
 * What somebody meets who makes a mistake at a terminal: one sentence that says which, nothing on standard output, no
 * stack, and exit code 2. What depends on pipes and files of the shell are whole processes, side by side; each takes a
 * moment, so the words of a command line are given to the commands themselves.
 */

const root = path.resolve(import.meta.dirname, '../../..');
const PROGRAM = path.join(root, 'dist/apps/cli/src/main.js');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

function shell(command: string, cwd: string): Promise<Ended> {
  const child = spawn('bash', ['--norc', '-c', `set -o pipefail; ${command}`], { cwd, env: { PATH: process.env['PATH'], P: PROGRAM }, stdio: ['ignore', 'pipe', 'pipe'] }); // prettier-ignore
  const said = { out: '', error: '' };
  child.stdout.on('data', (data: Buffer) => (said.out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (said.error += data.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...said })));
}

const DATE = '--on: must be a date such as 2027-01-31';
const INSTANT = 'must be ISO 8601, such as 2026-11-21 (UTC)';
const COMMANDS = { packs, decide, backtest, replay, import: importFile };
const MISTAKES = [
  ['packs diff', 'which date?'],
  ['packs diff --on 2027-02-30', DATE],
  ['packs diff --on 31.01.2027', DATE],
  ['packs diff --on 2027-01-31T00:00Z', DATE],
  ['packs diff --on=', DATE],
  ['packs diff 2027-01-31', '"2027-01-31" is one word too many.'],
  ['packs dif --on 2027-01-31', 'There is no command "packs dif".'],
  ['decide', 'say --batch'],
  ['decide --batch cases.ndjson', '"cases.ndjson" is one word too many.'],
  ['backtest', '--policy: which file?'],
  ['backtest --policy ./gone.json', 'gone.json: there is no such file'],
  ['backtest --policy ./folder', 'folder: is a folder, and a file is needed'],
  ['backtest --policy ./empty.json', 'empty.json is empty'],
  ['backtest --policy ./broken.json', 'broken.json is not JSON at position 5'],
  ['backtest --policy ./noise.json', 'noise.json is not JSON'],
  ['backtest --policy ./foreign.json', '/jurisdiction: is missing: say which laws apply'],
  ['backtest --policy ./marked.json', '/jurisdiction: is missing: say which laws apply'],
  ['backtest --policy ./draft.json --html ./folder', 'folder: EISDIR'],
  ['backtest --policy ./draft.json --from yesterday', `--from: ${INSTANT}`],
  ['backtest --policy ./draft.json --to 2026-02-30', `--to: ${INSTANT}`],
  ['backtest --policy ./draft.json --from 2026-11-02 --to 2026-11-02', '--to: must be later than --from'],
  ['replay --from 2026-13-01', `--from: ${INSTANT}`],
  ['replay --from 2026-11-02 --to 2026-11-01', '--to: must be later than --from'],
  ['import --brand acme --undo nonsense', '--undo: is the id of an import, as the import printed it'],
  ['import --brand acme --undo=', '--undo: is the id of an import, as the import printed it'],
  ['replay file.ndjson', '"file.ndjson" is one word too many.'],
] as const;

const WRONG = [
  ['decide --batch < folder', 'Standard input is a directory; name a file of cases.\n'],
  ['replay', 'DATABASE_URL: is not set'],
  ['start --port 70000', '--port: must lie between 1 and 65530\n'],
  ['bench pipeline --profile empty.json/profiles', 'empty.json: is a file, and a folder is needed\n'],
  ['start --ready-file folder', '--ready-file: folder: is a folder, and a file is needed\n'],
  ['start --ready-file empty.json/ready.json', 'empty.json: is a file, and a folder is needed\n'],
  ['start --ready-file /dev/null/ready.json', '/dev/null: is a file, and a folder is needed\n'],
] as const;
/** Found out when other parts of it run already; all of them end with it. */
const BEGUN = [
  ['start --no-demo --data-dir empty.json', 'empty.json: is a file, and a folder is needed\n'],
  ['start --no-demo --data-dir empty.json/data', 'empty.json: is a file, and a folder is needed\n'],
  ['start --no-demo --data-dir open', process.getuid?.() === 0 ? 'open/pgdata belongs to root' : 'chmod 700 '],
] as const;
/** Node's own way of making a folder never ends there. */
const NO_FOLDERS = 'start --no-demo --data-dir /proc/gateway';
const LOST = ['packs list > /dev/full', 'decide --batch < cases.ndjson > /dev/full'] as const;
const CUT = ['packs show us-federal | true', 'decide --batch < cases.ndjson | head -c 50'] as const;
const WHOLE = ['decide --batch < empty.json', 'decide --batch < foreign.json', 'packs diff --on 2027-01-31'] as const;

describe('consentctl', () => {
  let folder: string;
  let ended: ReadonlyMap<string, Ended>;
  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bad-input-'));
    fs.chmodSync(folder, 0o755); // What PostgreSQL's account cannot reach is put elsewhere.
    const write = (name: string, content: string | Buffer) => fs.writeFileSync(path.join(folder, name), content);
    fs.mkdirSync(path.join(folder, 'folder'));
    fs.mkdirSync(path.join(folder, 'open/pgdata'), { recursive: true, mode: 0o755 });
    write('empty.json', '');
    write('broken.json', '[1,2 3]');
    write('noise.json', Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 151 + 200) % 256)));
    write('foreign.json', '{"name":"Anna"}');
    write('marked.json', '\uFEFF{"rates":[]}');
    write('draft.json', '{"jurisdiction":{"packs":"contact"}}');
    const [one = ''] = fs.readFileSync(path.join(root, 'docs/schemas/examples/usual.cases.ndjson'), 'utf8').split('\n');
    write('cases.ndjson', `${one}\n`.repeat(2000));
    const wrong = [...WRONG, ...BEGUN].map(([command]) => command);
    const next = [...wrong, ...(fs.existsSync('/proc/self') ? [NO_FOLDERS] : []), ...LOST, ...CUT, ...WHOLE][
      Symbol.iterator
    ]();
    const results: [string, Ended][] = [];
    const work = async () => {
      for (const command of next) results.push([command, await shell(`${process.execPath} "$P" ${command}`, folder)]);
    };
    await Promise.all([work(), work()]);
    ended = new Map(results);
  });
  afterAll(() => fs.rmSync(folder, { recursive: true }));
  const of = (command: string): Ended => ended.get(command) ?? { code: null, out: '', error: 'did not run' };

  it.each(MISTAKES)('%s: says what is wrong', async (line, sentence) => {
    const [name, ...argv] = line.split(' ').map((word) => word.replace(/^\.\//, `${folder}/`));
    const end = await COMMANDS[name as keyof typeof COMMANDS](argv).catch((error: unknown) => error);
    expect(end).toBeInstanceOf(CommandEnd);
    expect(end).toMatchObject({ exitCode: 2, message: expect.stringContaining(sentence) });
    expect((end as CommandEnd).message).not.toContain('Anna');
  });

  it.each(WRONG)('%s: says what is wrong and nothing else', (command, sentence) => {
    const { code, out, error } = of(command);
    expect(error).toContain(sentence);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error).not.toMatch(/\n\s+at |node:internal/);
  });

  it.each([...BEGUN, ...(fs.existsSync('/proc/self') ? [[NO_FOLDERS, '/proc/gateway'] as const] : [])])(
    '%s: says what is wrong, and ends what it began',
    (command, sentence) => {
      const { code, out, error } = of(command);
      expect(error).toContain(sentence);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(error).not.toMatch(/\n\s+at |node:internal/);
    },
  );

  if (fs.existsSync('/dev/full')) {
    it.each(LOST)('%s: says that it could not be written', (command) => {
      const { code, error } = of(command);
      expect(error).toMatch(/^Not everything could be written to standard output: ENOSPC.*\n$/);
      expect(code).toBe(2);
    });
  } else {
    describeWithout('/dev/full', 'a full disk');
  }

  it.each(CUT)('%s: is no fault', (command) => expect(of(command).error).toBe(''));

  it('answers no cases with nothing, and what is no case by what it lacks', () => {
    expect(of('decide --batch < empty.json')).toEqual({ code: 0, out: '', error: '' });
    const foreign = of('decide --batch < foreign.json');
    expect(foreign).toMatchObject({ code: 1, error: '1 line(s) could not be decided\n' });
    const error = { code: 'invalid_request', detail: 'is missing', pointer: '/id' };
    expect(JSON.parse(foreign.out)).toEqual({ id: null, line: 1, error });
  });

  it('says what changes on a date, and since when, and why', () => {
    const { code, out } = of('packs diff --on 2027-01-31');
    expect(code).toBe(0);
    expect(out).toMatch(/^us-federal {2}changes {2}revocation {2}revocation-all {2}statute$/m);
    expect(out).toContain('from 2027-01-31 on: a revocation');
    expect(out).toContain('47 CFR 64.1200');
  });
});
