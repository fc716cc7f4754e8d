import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CsvItem, CsvReader } from './csv-reader.js';

function read(bytes: Buffer, chunkBytes = 7, maxBytes = 200): CsvItem[] {
  const reader = new CsvReader(maxBytes);
  const items: CsvItem[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) items.push(...reader.push(bytes.subarray(at, at + chunkBytes)));
  return [...items, ...reader.end()];
}

/** Records as `line:a|b`, problems as `line!code`. */
const shown = (items: readonly CsvItem[]): string[] =>
  items.map((item) =>
    item.kind === 'record' ? `${item.line}:${item.fields.join('|')}` : `${item.line}!${item.problem}`,
  );

describe('a CSV file', () => {
  it.each([
    ['plain', 'a,b\n1,2\n', ['1:a|b', '2:1|2']],
    ['without a last line end', 'a,b\n1,2', ['1:a|b', '2:1|2']],
    ['with CR LF and empty lines', 'a,b\r\n\r\n1,2\r\n \r\n', ['1:a|b', '3:1|2']],
    ['with a byte order mark before a quoted header', '\ufeff"a",b\n1,2\n', ['1:a|b', '2:1|2']],
    ['with quotes over lines', 'a,b\n"x\ny",2\n3,4\n', ['1:a|b', '2:x\ny|2', '4:3|4']],
    ['with quotes in quotes', 'a,b\n"say ""hi""","a,b"\n', ['1:a|b', '2:say "hi"|a,b']],
    ['with empty quoted fields', 'a,b\n"",""\n', ['1:a|b', '2:|']],
    ['with semicolons, as a German Excel writes it', 'a;b;"c,d"\n1;2,5;3\n', ['1:a|b|c,d', '2:1|2,5|3']],
    ['with tabs', 'a\tb\n1\t2\n', ['1:a|b', '2:1|2']],
    ['with a quote in the middle of a field', 'a,b\n5" disk,2\n3,4\n', ['1:a|b', '2!bad_quotes', '3:3|4']],
    ['with text behind a closing quote', 'a,b\n"x"y,2\n3,4\n', ['1:a|b', '2!bad_quotes', '3:3|4']],
    ['with a quote that is never closed', 'a,b\n1,2\n"x,2\n3,4\n', ['1:a|b', '2:1|2', '3!open_quote']],
    ['with a record beyond the limit', `a,b\n${'x'.repeat(500)},2\n3,4\n`, ['1:a|b', '2!too_long', '3:3|4']],
    [
      'with a quoted record beyond the limit',
      `a,b\n"${'x\n'.repeat(300)}",2\n3,4\n`,
      ['1:a|b', '2!too_long', '303:3|4'],
    ],
  ])('%s', (_what, text, expected) => {
    expect(shown(read(Buffer.from(text)))).toEqual(expected);
    expect(shown(read(Buffer.from(text), 1))).toEqual(expected);
    expect(shown(read(Buffer.from(text), 10_000))).toEqual(expected);
  });

  it('in another encoding loses the rows with other bytes and no others', () => {
    const latin1 = Buffer.from('a,b\nMüller,1\nMeier,2\n', 'latin1');
    expect(shown(read(latin1))).toEqual(['1:a|b', '2!not_utf8', '3:Meier|2']);
  });

  it('in UTF-16 is recognised as such', () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('a,b\n1,2\n', 'utf16le')]);
    expect(shown(read(utf16))[0]).toBe('1!utf16');
  });

  it('with a field of 10 MB holds no more of it than the limit, and reads on behind it', () => {
    const reader = new CsvReader(64 * 1024);
    const items = [...reader.push(Buffer.from('a,b\n'))];
    for (let i = 0; i < 160; i++) items.push(...reader.push(Buffer.alloc(64 * 1024, 'x')));
    expect(Reflect.get(reader, 'parts')).toEqual([]);
    items.push(...reader.push(Buffer.from('\n1,2\n')), ...reader.end());
    expect(shown(items)).toEqual(['1:a|b', '2!too_long', '3:1|2']);
  });

  it('says again what was written, wherever it is cut', () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', 'ü', '"', ',', ';', '\n', '\r', ' ', '\u{1f600}'),
      maxLength: 8,
    });
    const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 40 }),
        (rows, chunk) => {
          const text = [['x', 'y', 'z'], ...rows].map((row) => `${row.map(quoted).join(',')}\r\n`).join('');
          const items = read(Buffer.from(text), chunk, 10_000);
          expect(items.map((item) => (item.kind === 'record' ? item.fields : item))).toEqual([
            ['x', 'y', 'z'],
            ...rows,
          ]);
        },
      ),
    );
  });
});
