import type { ExportedConsent, ExportedContactPoint, ExportedMessage, PersonExport } from './person-export.js';

export const PERSON_PAGE_LANGUAGES = ['en', 'de'] as const;
export type PersonPageLanguage = (typeof PERSON_PAGE_LANGUAGES)[number];

type Words = typeof EN;

const EN = {
  title: 'What we keep about you',
  intro: (name: string, address: string, at: string) => `${name}, ${address}. As of ${at}.`,
  you: 'About you',
  standing: 'Where you stand',
  history: 'What you agreed to and took back',
  messages: 'Messages to you',
  ledger: 'Entries in the audit ledger',
  ledgerNote: 'Each of these entries proves a line above. The machine-readable file has them whole.',
  none: 'Nothing.',
  until: 'until',
  when: 'When',
  what: 'What',
  about: 'About',
  how: 'How',
  words: 'The words shown',
  since: 'Since',
  status: 'Status',
  valid: 'Valid until',
  message: 'Message',
  outcome: 'What became of it',
  touches: 'What followed',
  decisions: 'Decisions',
  position: 'Position',
  notCounted: 'kept as history, something else counted',
  suppressed: 'Not written to',
};

const DE: Words = {
  title: 'Was wir über Sie gespeichert haben',
  intro: (name, address, at) => `${name}, ${address}. Stand: ${at}.`,
  you: 'Zu Ihrer Person',
  standing: 'Ihre Einwilligungen heute',
  history: 'Was Sie erlaubt und zurückgenommen haben',
  messages: 'Nachrichten an Sie',
  ledger: 'Einträge im Prüfprotokoll',
  ledgerNote: 'Jeder dieser Einträge belegt eine Zeile darüber. Die maschinenlesbare Datei enthält sie vollständig.',
  none: 'Nichts.',
  until: 'bis',
  when: 'Wann',
  what: 'Was',
  about: 'Wofür',
  how: 'Wie',
  words: 'Gezeigter Wortlaut',
  since: 'Seit',
  status: 'Stand',
  valid: 'Gültig bis',
  message: 'Nachricht',
  outcome: 'Was daraus wurde',
  touches: 'Was folgte',
  decisions: 'Entscheidungen',
  position: 'Position',
  notCounted: 'als Geschichte aufbewahrt, etwas anderes galt',
  suppressed: 'Wird nicht angeschrieben',
};

/** The same as the JSON file, for reading: one page that needs nothing else. */
export function personPage(data: PersonExport, language: PersonPageLanguage): string {
  const words = language === 'de' ? DE : EN;
  const { controller, generatedAt, person, contactPoints, messages, ledger } = data;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${text(words.title)}</title>
<style>${PERSON_PAGE_STYLE}</style>
</head>
<body>
<main>
<h1>${text(words.title)}</h1>
<p>${text(words.intro(controller.name, controller.address, instant(generatedAt)))}</p>
<h2>${text(words.you)}</h2>
<dl>${Object.entries(person).map(factOf).join('')}</dl>
${contactPoints.map((point) => pointSection(point, words)).join('\n')}
<h2>${text(words.messages)}</h2>
${table([words.when, words.message, words.outcome, words.touches, words.decisions], messages.map(messageRow), words)}
<h2>${text(words.ledger)}</h2>
<p>${text(words.ledgerNote)}</p>
${table(
  [words.position, words.when, words.what],
  ledger.map(({ position, at, type }) => [text(position === null ? '' : String(position)), time(at), text(type)]),
  words,
)}
</main>
</body>
</html>
`;
}

export const PERSON_PAGE_STYLE = `
:root{color-scheme:light dark;--ink:light-dark(#1b1f24,#e8eaed);--soft:light-dark(#5b626b,#a9afb6);--paper:light-dark(#fff,#16181b);--line:light-dark(#d5d9de,#3a3f45)}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{max-inline-size:72rem;margin-inline:auto;padding:24px 16px}
h1{font-size:2rem;line-height:1.2;margin-block:0 8px}h2{font-size:1.25rem;margin-block:32px 8px}h3{font-size:1rem;margin-block:16px 4px}
p{max-inline-size:70ch}dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.frame{overflow-x:auto}table{border-collapse:collapse;inline-size:100%;font-variant-numeric:tabular-nums}
th,td{padding:4px 12px 4px 0;border-block-end:1px solid var(--line);text-align:start;vertical-align:top;overflow-wrap:anywhere}
th{font-weight:600}td:first-child{white-space:nowrap}.soft{color:var(--soft)}
@media print{:root{color-scheme:light}main{padding:0}h2{break-after:avoid}tr{break-inside:avoid}}`;

function pointSection(point: ExportedContactPoint, words: Words): string {
  const { channel, address, until, suppressions, standing, history } = point;
  const ended = until === null ? '' : ` <span class="soft">${text(words.until)} ${time(until)}</span>`;
  const stopped = suppressions
    .map(({ reason, since }) => `<p>${text(`${words.suppressed}: ${reason}`)}, ${time(since)}</p>`)
    .join('');
  return `<h2>${text(channel)}: <bdi>${text(address)}</bdi>${ended}</h2>${stopped}
<h3>${text(words.standing)}</h3>
${table(
  [words.since, words.about, words.status, words.valid],
  standing.map(({ since, purpose, topic, status, validUntil }) => [
    time(since),
    text(subject(purpose, topic)),
    text(status),
    validUntil === null ? '' : time(validUntil),
  ]),
  words,
)}
<h3>${text(words.history)}</h3>
${table(
  [words.when, words.what, words.about, words.how, words.words],
  history.map((event) => consentRow(event, words)),
  words,
)}`;
}

function consentRow(event: ExportedConsent, words: Words): string[] {
  const { kind, purpose, topic, happenedAt, method, source, wording, notice, counted } = event;
  const shown = [wording, notice?.wording].filter((one) => one != null).map((one) => `<bdi>${text(one)}</bdi>`);
  return [
    time(happenedAt),
    text(kind) + (counted ? '' : ` <span class="soft">(${text(words.notCounted)})</span>`),
    text(subject(purpose, topic)),
    text([method, source].filter(Boolean).join(', ')),
    shown.join('<br>'),
  ];
}

function messageRow({
  acceptedAt,
  channel,
  template,
  topic,
  purpose,
  status,
  reason,
  touches,
  decisions,
}: ExportedMessage): string[] {
  return [
    time(acceptedAt),
    text(`${channel}: ${subject(purpose, topic)}, ${template}`),
    text([status, reason].filter(Boolean).join(', ')),
    touches.map(({ type, at }) => `${text(type)} ${time(at)}`).join('<br>'),
    decisions
      .map(({ step, outcome, reason: why }) => text([step, outcome, why].filter(Boolean).join(', ')))
      .join('<br>'),
  ];
}

function factOf([name, value]: [string, unknown]): string {
  const isEmpty = value === null || (typeof value === 'object' && Object.keys(value).length === 0);
  if (isEmpty) return '';
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  return `<dt>${text(name)}</dt><dd><bdi>${text(shown)}</bdi></dd>`;
}

/** Cells are HTML already. */
function table(header: readonly string[], rows: readonly (readonly string[])[], words: Words): string {
  if (rows.length === 0) return `<p class="soft">${text(words.none)}</p>`;
  const head = header.map((cell) => `<th scope="col">${text(cell)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('\n');
  return `<div class="frame"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function subject(purpose: string, topic: string | null): string {
  return topic === null ? purpose : `${purpose}: ${topic}`;
}

function instant(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`;
}

function time(at: string): string {
  return `<time datetime="${text(at)}">${text(instant(at))}</time>`;
}

function text(value: string): string {
  return value.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
