import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { linkSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CommandEnd } from '../command.js';
import { operatingError } from '../operating-error.js';
import { ResultFile } from './result-file.js';

describe('the file of what became of each row', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'results-'));
    writeFileSync(at('rows.csv'), 'externalId\nada\n');
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const at = (name: string): string => path.join(folder, name);

  it('is never the file to import, by whatever name', () => {
    symlinkSync(at('rows.csv'), at('soft.csv'));
    linkSync(at('rows.csv'), at('hard.csv'));
    for (const name of ['rows.csv', '../' + path.basename(folder) + '/rows.csv', 'soft.csv', 'hard.csv']) {
      expect(() => new ResultFile(at(name), at('rows.csv'))).toThrow(CommandEnd);
    }
    expect(readFileSync(at('rows.csv'), 'utf8')).toBe('externalId\nada\n');
  });

  it('is said in a line to be one that cannot be written', () => {
    const told = (file: string): string | null => {
      try {
        new ResultFile(file, at('rows.csv')).close();
        return null;
      } catch (error) {
        return operatingError(error);
      }
    };
    expect(told(at('nowhere/results.csv'))).toBe(`${at('nowhere/results.csv')}: there is no such file or folder`);
    expect(told(folder)).toBe(`${folder}: is a folder, and a file is needed`);
    expect(told(at('results.csv'))).toBeNull();
  });

  it('has a line for each row', () => {
    const result = {
      line: 2,
      externalId: '=1+1',
      outcome: 'refused' as const,
      code: 'invalid',
      detail: 'channel: is unknown',
      before: null,
      after: null,
      raised: 0,
      lowered: 0,
      contactPoints: 0,
    };
    const out = new ResultFile(at('results.csv'), at('rows.csv'));
    out.write([result]);
    out.close();
    expect(readFileSync(at('results.csv'), 'utf8').trim().split(/\r?\n/)).toEqual([
      'line,externalId,outcome,code,detail,before,after',
      `2,'=1+1,refused,invalid,channel: is unknown,,`,
    ]);
  });
});
