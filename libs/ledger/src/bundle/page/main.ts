/** The script inside report.html: verifies the files that the page carries, or a bundle that is chosen, and shows what it found. */
import { type BundleVerdict, checksOf, type Files, parseTrustPolicy, readZip, verifyBundle } from '#lib/proof';
import { byId, type Element, make, page, readerLanguage } from './dom.js';
import { DE, EN, type ReportTexts } from './texts.js';

interface Shown {
  readonly files: Files;
  readonly embedded: boolean;
  readonly name: string | null;
}

let texts: ReportTexts = EN;
let shown: Shown = { files: carried(), embedded: true, name: null };
let policy: Uint8Array | null = null;

byId('de').addEventListener('click', () => show(DE));
byId('en').addEventListener('click', () => show(EN));
onFile(
  'policy-file',
  (bytes) => {
    parseTrustPolicy(bytes);
    policy = bytes;
  },
  // What an auditor brings and is no policy says nothing about the evidence.
  () => banner('unchecked', texts.noPolicy),
);
onFile(
  'bundle-file',
  (bytes, name) => {
    shown = { files: readZip(bytes), embedded: false, name };
  },
  () => banner('fails', texts.damaged),
);
show(readerLanguage.startsWith('de') ? DE : EN);

function carried(): Files {
  const texts = JSON.parse(byId('files').textContent ?? '{}') as Readonly<Record<string, string>>;
  return new Map(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)]));
}

/** @param refuse says that the file that was chosen is none of its kind; what was shown before stays */
function onFile(id: string, take: (bytes: Uint8Array, name: string) => void, refuse: () => void): void {
  const input = byId(id);
  const read = async (): Promise<void> => {
    const file = input.files?.[0];
    if (file === undefined) return;
    try {
      take(new Uint8Array(await file.arrayBuffer()), file.name);
      show(texts);
    } catch {
      refuse();
    }
  };
  input.addEventListener('change', () => void read());
}

function show(language: ReportTexts): void {
  texts = language;
  page.documentElement.lang = texts === DE ? 'de' : 'en';
  page.title = texts.title;
  const { files, embedded, name } = shown;
  const trusted = policy ?? files.get('policy.txt') ?? '';
  const verdict = verifyBundle({ files, embedded, policy: trusted });
  banner(verdict.verdict, texts[verdict.verdict]);
  byId('title').textContent = texts.title;
  byId('about').textContent = texts.about;
  byId('trust').textContent = policy === null ? texts.ownPolicy : texts.givenPolicy;
  byId('name').textContent = name === null ? '' : texts.bundleChecked(name);
  byId('policy-label').textContent = texts.policy;
  byId('bundle-label').textContent = texts.bundle;
  byId('keys').textContent = policy === null ? Buffer.from(files.get('policy.txt') ?? '').toString('utf8') : '';
  byId('log').replaceChildren(...logLines(verdict));
  byId('checks-title').textContent = texts.checks;
  byId('checks').replaceChildren(...verdict.steps.map(stepRow));
  byId('records-title').textContent = texts.records;
  byId('columns').replaceChildren(...texts.columns.map((column) => make('th', '', column)));
  byId('records').replaceChildren(...recordRows(verdict, files));
}

function banner(result: BundleVerdict['verdict'], sentence: string): void {
  const element = byId('verdict');
  element.className = result;
  element.textContent = sentence;
}

function logLines({ origin, size, scope, records, erased, verdict, witnessed }: BundleVerdict): Element[] {
  if (origin === null || size === null) return [];
  const number = (n: number): string => n.toLocaleString(page.documentElement.lang);
  const asked = scope === null ? [] : [texts.asked({ ...scope, chains: scope.subjects?.length ?? null })];
  const gone = verdict === 'fails' ? [] : erased;
  const bare = records.filter(({ content, disclosed }) => content === 'erased' && disclosed > 0).length;
  const lines = [
    `${texts.log}: ${origin}`,
    ...asked,
    texts.entries(number(size), number(records.length)),
    ...gone.map(({ count, at }) => texts.before(number(count), at)),
    ...(bare === 0 || verdict === 'fails' ? [] : [texts.bare(number(bare))]),
  ];
  return [...lines, ...witnessed.map(({ time }) => texts.witnessed(instant(time * 1_000)))].map((line) =>
    make('p', '', line),
  );
}

function stepRow({ step, result, problem }: BundleVerdict['steps'][number]): Element {
  const word = { holds: texts.stepHolds, fails: texts.stepFails, unchecked: texts.stepOpen }[result];
  const detail = problem === '' ? [] : [inEnglish(make('div', 'problem', problem))];
  return make('tr', result, make('td', '', texts.steps[step] ?? step, ...detail), make('td', 'result', word));
}

function recordRows({ records, shown: entries }: BundleVerdict, files: Files): Element[] {
  const byIdx = new Map(entries.map((entry) => [entry.idx, entry]));
  return records.map((record) => {
    const entry = byIdx.get(record.idx)?.entry;
    const { ch, out, reason, doc } = entry?.clear ?? {};
    const outcome = [out, reason].filter((part) => typeof part === 'string').join(', ');
    const said = (entry?.disclosed ?? []).map(({ name, value }) => contentLine(name, value));
    const facts = entry === undefined ? null : checksOf({ entry });
    if (facts !== null) said.push(make('div', 'detail', `${texts.factsDigest}: ${facts.digest}`));
    if (typeof doc === 'string') said.push(...noticeLines(files.get(`documents/${doc}.json`)));
    const { disclosed, digests } = record;
    if (disclosed > 0 && disclosed < digests) said.push(make('div', 'detail', texts.partly(disclosed, digests)));
    if (record.destroyed > 0) said.unshift(make('div', '', texts.destroyed(record.destroyed)));
    const content = record.content === 'erased' ? [make('em', '', disclosed > 0 ? texts.over : texts.erased)] : said;
    const verdict = record.holds
      ? [texts.recordHolds]
      : [`${texts.recordFails}: `, inEnglish(make('span', '', record.problem))];
    return make(
      'tr',
      record.holds ? 'holds' : 'fails',
      make('td', 'number', String(record.idx)),
      make('td', '', record.at.replace('T', ' ').replace('Z', '')),
      make('td', '', texts.kinds[record.type] ?? record.type, make('div', 'detail', outcome)),
      make('td', '', typeof ch === 'string' ? ch : ''),
      make('td', 'content', ...content),
      make('td', '', `${instant(record.notBefore)} – ${instant(record.notAfter)}`),
      make('td', 'result', ...verdict),
    );
  });
}

/** Reasons are the verifier's own words, which have one language; programs that read aloud are told. */
function inEnglish(element: Element): Element {
  element.setAttribute('lang', 'en');
  return element;
}

function contentLine(name: string, value: unknown): Element {
  return make('div', '', make('b', '', `${name} `), typeof value === 'string' ? value : JSON.stringify(value));
}

function noticeLines(bytes: Uint8Array | undefined): Element[] {
  if (bytes === undefined) return [];
  const { wording } = JSON.parse(Buffer.from(bytes).toString('utf8')) as { readonly wording?: string };
  return wording === undefined ? [] : [make('div', 'notice', make('b', '', `${texts.notice}: `), wording)];
}

function instant(ms: number | null): string {
  return ms === null ? '…' : new Date(ms).toISOString().replace('T', ' ').replace('.000Z', '');
}
