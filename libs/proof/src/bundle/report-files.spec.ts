import { describe, expect, it } from '@jest/globals';
import { canonicalize } from '../canonical-json.js';
import { MANIFEST } from './manifest.js';
import { embedFiles, filesInReport, REPORT, withoutHashes } from './report-files.js';
import type { Files } from './zip.js';

/** Longer than what is handled at once, of characters of every length, with line ends and without. */
const LONG = [
  `${'é<ß€𝄞"\\'.repeat(90_000)}\nand a last line`,
  `${'{"line":"<𝄞>"}\n'.repeat(70_000)}`,
  `${'x'.repeat(256 * 1024)}\n`,
  '\ufeffbegins with a mark\n',
  '',
];

const files: Files = new Map([
  ...LONG.map((text, i) => [`long/${i}.txt`, Buffer.from(text)] as const),
  [MANIFEST, Buffer.from('{"files":{"a":"b"},"size":1}')],
  ['README.txt', Buffer.from('is not carried')],
]);
const carried = embedFiles(new Map([...files, [MANIFEST, withoutHashes(files.get(MANIFEST)!)]]));
const withReport = (report: string): Files => new Map([...files, [REPORT, Buffer.from(report)]]);

describe('the files that a report carries', () => {
  it('are one object in canonical JSON, however long they are', () => {
    const texts = [...files].flatMap(([name, bytes]) => (name === 'README.txt' ? [] : [[name, bytes.toString()]]));
    const whole = canonicalize(Object.fromEntries(texts) as Record<string, string>).replaceAll('<', '\\u003c');
    expect(embedFiles(files)).toBe(`<script type="application/json" id="files">${whole}</script>`);
  });

  it('are those of the bundle, once', () => {
    expect(filesInReport(withReport(`<html>${carried}</html>`))).toEqual({ holds: true });
    const other = 'report.html carries other files than the bundle';
    for (const report of [
      `<html>${carried}${carried}</html>`,
      `<html>${carried.slice(0, -1)}`,
      `<html>${carried.replace('a last line', 'a lost line')}</html>`,
      `<html>${carried.replace('</script>', ',"more":""}</script>')}`,
      '<html></html>',
    ])
      expect(filesInReport(withReport(report))).toEqual({ holds: false, problem: other });
    expect(filesInReport(files)).toEqual({ holds: false, problem: 'report.html is missing' });
  });
});
