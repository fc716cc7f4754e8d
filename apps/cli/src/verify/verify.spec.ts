import { describe, expect, it } from '@jest/globals';
import fs from 'node:fs';
import { Malformed } from '#lib/proof';
import { judge } from './verify.js';

describe('what consentctl verify says where it could not go on', () => {
  const ended = (fault: () => never) => {
    try {
      judge(['a.zip', 'b.zip'], fault);
    } catch (error) {
      const { exitCode, message } = error as { exitCode: number; message: string };
      return [exitCode, message];
    }
    throw new Error('it went on');
  };

  it('an archive that is damaged does not hold', () => {
    expect(ended(() => { throw new Malformed('zip', 'is cut off'); })).toEqual([1, 'zip: is cut off']); // prettier-ignore
  });

  it('a file that is not there cannot be read', () => {
    expect(ended(() => fs.readFileSync('/no/such/file') as never)).toEqual([2, 'a.zip, b.zip cannot be read.']);
  });

  it('a mistake of the program is none of the files: it is told with where it was made', () => {
    const [code, message] = ended(() => Buffer.alloc(8).writeUIntBE(2 ** 48, 2, 6) as never);
    expect([code, message]).toEqual([2, expect.stringContaining('a.zip, b.zip could not be checked')]);
    expect(message).toMatch(/out of range[^]*\n +at .*verify\.spec/);
    expect(message).not.toContain('cannot be read');
  });
});
