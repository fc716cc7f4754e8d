import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { embedFiles, type Files, MANIFEST, type OwnPrograms, withoutHashes } from '#lib/proof';

/** What every bundle carries besides its evidence. */
export interface CarriedFiles {
  readonly verifier: Buffer;
  readonly readme: Buffer;
  readonly page: string;
  readonly script: string;
  readonly style: string;
}

const HERE = import.meta.dirname;
/** Programs are built, and lie in dist/ even while this file is read from its source. */
const BUILT = [HERE, path.resolve(HERE, '../../../../dist/libs/ledger/src/bundle')];
/** Stands where the page has the files. No text of ours has it. */
const PLACE = '\u0000';
let read: CarriedFiles | undefined;

export function carriedFiles(): CarriedFiles {
  read ??= {
    verifier: fs.readFileSync(built('programs/verify.mjs')),
    readme: fs.readFileSync(path.join(HERE, 'page/README.txt')),
    page: fs.readFileSync(path.join(HERE, 'page/report.hbs'), 'utf8'),
    script: fs.readFileSync(built('page/report.js'), 'utf8').trim(),
    style: fs.readFileSync(path.join(HERE, 'page/report.css'), 'utf8').trim(),
  };
  return read;
}

/** The same as a verifier compares it with what lies in a bundle. */
export function ownPrograms(): OwnPrograms {
  const carried = carriedFiles();
  const [before = '', after = ''] = reportPage(carried, PLACE).toString().split(PLACE);
  const others = new Map([
    ['verify.mjs', carried.verifier],
    ['README.txt', carried.readme],
  ]);
  return { before: Buffer.from(before), after: Buffer.from(after), others };
}

/** The page that this release makes of a bundle, whatever page lies in it. */
export function ownPage(files: Files): Buffer {
  const manifest = files.get(MANIFEST) ?? Buffer.alloc(0);
  return reportPage(carriedFiles(), embedFiles(new Map([...files, [MANIFEST, withoutHashes(manifest)]])));
}

/** The page that carries these files. Nothing in it but its own script and style can run or be loaded. */
export function reportPage({ page, script, style }: CarriedFiles, files: string): Buffer {
  const inlined = script.replaceAll('</script', '<\\/script');
  const values: Readonly<Record<string, string>> = {
    ...{
      style: `<style>${style}</style>`,
      script: `<script>${inlined}</script>`,
      files,
      styleHash: sourceHash(style),
      scriptHash: sourceHash(inlined),
    },
  };
  return Buffer.from(page.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? ''));
}

const sourceHash = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

function built(name: string): string {
  const file = BUILT.map((folder) => path.join(folder, name)).find((candidate) => fs.existsSync(candidate));
  if (file === undefined) throw new Error(`${name} is not built: npm run build`);
  return file;
}
