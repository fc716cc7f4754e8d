import type { PageSettings } from '#lib/consent';
import type { Times } from '#lib/platform';
import type {
  ExportedConsent,
  ExportedContactPoint,
  ExportedFact,
  ExportedMessage,
  LedgerLine,
  PersonExport,
} from './person-export.js';
import { wordOf } from './person-texts.js';
import { changesOf } from './changed-fields.js';
import { changesIn, personFields } from './person-fields.js';
import { PERSON_PAGE_STYLE } from './person-page-style.js';
import { addressed, apart, code, escape, type Html, type Names, PersonWords } from './person-words.js';
import { directionOf, type PersonPageLanguage } from './texts.js';

/** Who reads, and by whom they are answered. */
export interface PersonReading {
  readonly language: PersonPageLanguage;
  /** On the person's own clock. */
  readonly times: Times;
  readonly names: Names;
  readonly brand: { readonly name: string; readonly page: PageSettings };
  /** The brand's colours as a style sheet; null when it has none of its own. */
  readonly theme: string | null;
}

export interface PersonPage {
  readonly html: Html;
  /** Every style sheet in it, for `style-src`. */
  readonly styles: readonly string[];
}

/**
 * The same as the JSON file, to be read: one page in the person's language that needs nothing else, runs nothing and
 * loads nothing, wherever it is opened.
 */
export function personPage(data: PersonExport, reading: PersonReading): PersonPage {
  const { language, times, names, brand, theme } = reading;
  const words = new PersonWords(language, times, names);
  const title = words.say('own.title');
  const styles = [PERSON_PAGE_STYLE, ...(theme === null ? [] : [theme])];
  const changes = changesOf(data.ledger);
  const intro = { at: words.time(data.generatedAt), zone: escape(times.zoneName()) };
  return {
    styles,
    html: `<!doctype html>
<html lang="${language}" dir="${directionOf(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
${styles.map((style) => `<style>${style}</style>`).join('\n')}
</head>
<body>
<header><div>${apart(brand.name)}</div></header>
<main>
<h1>${title}</h1>
<p class="note">${words.say('own.intro', intro)}</p>
<section><h2>${words.say('own.you')}</h2>
${personFields(data.person, words)}</section>
${data.contactPoints.map((point) => pointSection(point, data.generatedAt, words)).join('\n')}
<section><h2>${words.say('own.messages')}</h2>
${lines(
  data.messages.map((message) => messageLine(message, words)),
  words,
)}</section>
<section><h2>${words.say('own.facts')}</h2>
${lines(
  data.facts.map((fact) => factLine(fact, words)),
  words,
)}</section>
<section><h2>${words.say('own.ledger')}</h2>
<p class="note">${words.say('own.ledgerNote')}</p>
${lines(
  data.ledger.map((entry, i) => ledgerLine(entry, changes[i], words)),
  words,
  'lines ledger',
)}</section>
</main>
${footer(data, brand.page, words)}
</body>
</html>
`,
  };
}

function pointSection(point: ExportedContactPoint, now: string, words: PersonWords): Html {
  const { channel, address, since, until, suppressions, standing, history } = point;
  const name = words.wordFor(`channel.${channel}`, null);
  return `<section><h2>${capitalised(name, words)}: ${addressed(address)}</h2>
<small>${span(since, until, words)}</small>
${suppressions.map((one) => suppression(one, now, words)).join('')}
<h3>${words.say('own.standing')}</h3>
${lines(
  standing.map((one) => {
    const status = words.wordFor(`record.${one.status}`, null);
    const about = words.about({ channel, ...one });
    return `<strong>${status}</strong>: ${about}<small>${span(one.since, one.validUntil, words)}</small>`;
  }),
  words,
)}
<h3>${words.say('own.history')}</h3>
${lines(
  history.map((event) => consentLine(event, channel, words)),
  words,
)}</section>`;
}

function suppression(
  { reason, since, until }: ExportedContactPoint['suppressions'][number],
  now: string,
  words: PersonWords,
): Html {
  const key = until !== null && until <= now ? 'own.lifted' : 'own.blocked';
  const why = words.wordFor(`suppression.${reason}`, null);
  return `<p class="told">${words.say(key, { reason: why })}<small>${span(since, until, words)}</small></p>`;
}

function consentLine(event: ExportedConsent, channel: string, words: PersonWords): Html {
  const { purpose, topic, happenedAt, validUntil, method, source, wording, notice, counted } = event;
  const shown = [
    ...(notice === null ? [] : [quoted(notice.wording, notice.language)]),
    ...(wording === null ? [] : [quoted(wording, null)]),
  ];
  const small = [
    words.time(happenedAt),
    ...(validUntil === null ? [] : [words.say('own.until', { at: words.time(validUntil) })]),
    words.say('record.how', { method: words.wordFor(`method.${method}`, 'method.other') }),
    ...(source === null ? [] : [words.say('own.source', { source: apart(source) })]),
    ...(notice === null ? [] : [words.say('record.version', { version: escape(String(notice.version)) })]),
    ...(counted ? [] : [words.say('own.notCounted')]),
  ];
  const heading = `<strong>${words.wordFor(`record.${wordOf(event)}`, null)}</strong>: ${words.about({ channel, purpose, topic })}`;
  return heading + shown.join('') + small.map((line) => `<small>${line}</small>`).join('');
}

function messageLine(message: ExportedMessage, words: PersonWords): Html {
  const { acceptedAt, template, status, reason, touches, decisions } = message;
  const why = reason === null ? '' : `<p>${words.reason(status, reason)}</p>`;
  const course = [
    ...decisions.map(({ at, step, outcome, reason: because }) => {
      const said = [
        words.wordFor(`entry.send.${step}`, null),
        ...(outcome === null ? [] : [outcomeOf(outcome, words)]),
        ...(because === null ? [] : [words.reason(outcome ?? '', because)]),
      ];
      return { at, said: said.join(' · ') };
    }),
    ...touches.map(({ at, type }) => ({ at, said: capitalised(words.wordFor(`touch.${type}`, null), words) })),
  ].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const followed = course.map(({ at, said }) => `<li><small>${words.time(at)}</small>${said}</li>`).join('');
  return `<strong>${words.wordFor(`status.${status}`, null)}</strong>: ${words.about(message)}
<small>${words.time(acceptedAt)} · ${code(template)}</small>${why}${followed === '' ? '' : `<ul>${followed}</ul>`}`;
}

/** As it was reported: words of another system, and codes for whoever compares with the file. */
function factLine({ kind, id, role, at, isOver, said }: ExportedFact, words: PersonWords): Html {
  const told = Object.entries(said).map(
    ([name, value]) => `<small>${code(name)} ${apart(reported(value, words.language))}</small>`,
  );
  const over = isOver ? [`<small>${words.say('own.notCounted')}</small>`] : [];
  const as = role === null ? '' : ` · ${apart(role)}`;
  return `${code(kind)} ${apart(id)}${as}<small>${words.time(at)}</small>${[...told, ...over].join('')}`;
}

/** Amounts as money, what has parts by its parts, and all else as it is. */
function reported(value: unknown, language: PersonPageLanguage): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const parts = Object.entries(value);
  const { amount, currency } = Object.fromEntries(parts) as { amount?: unknown; currency?: unknown };
  if (typeof amount === 'number' && typeof currency === 'string') {
    const format = new Intl.NumberFormat(language, { style: 'currency', currency });
    return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
  }
  return parts.map(([name, part]) => `${name}: ${reported(part, language)}`).join(', ');
}

/** What a decision came to, or how the message ended. */
function outcomeOf(outcome: string, words: PersonWords): Html {
  const isDecision = outcome === 'pass' || outcome === 'defer' || outcome === 'drop';
  return words.wordFor(`${isDecision ? 'outcome' : 'status'}.${outcome}`, null);
}

function ledgerLine({ position, type, at, via }: LedgerLine, change: unknown, words: PersonWords): Html {
  const group = type.slice(0, type.indexOf('.'));
  const name =
    group === 'consent'
      ? `record.${wordOf({ kind: type.slice('consent.'.length), method: via ?? '' })}`
      : group === 'touch'
        ? type
        : `entry.${type}`;
  const number = position === null ? '–' : escape(String(position));
  const changes = changesIn(change, words);
  const what = [capitalised(words.wordFor(name, null), words), ...(changes.length === 0 ? [] : [changes.join('; ')])];
  return `<span>${number}</span><span>${what.join(': ')}<small>${words.time(at)} ${code(type)}</small></span>`;
}

function footer({ controller }: PersonExport, page: PageSettings, words: PersonWords): Html {
  const { name, address, contact } = controller;
  const identity = [name, ...address.split('\n'), contact].map((line) => apart(line)).join(', ');
  const links = [
    ...(page.privacyUrl === undefined ? [] : [{ href: page.privacyUrl, text: words.say('footer.privacy') }]),
    ...(page.contactUrl === undefined ? [] : [{ href: page.contactUrl, text: words.say('footer.contact') }]),
  ];
  const row = links.map(({ href, text }) => `<a href="${escape(href)}">${text}</a>`).join('');
  return `<footer><div><p>${identity}</p>${row === '' ? '' : `<p>${row}</p>`}</div></footer>`;
}

function lines(items: readonly Html[], words: PersonWords, kind = 'lines'): Html {
  if (items.length === 0) return `<p class="note">${words.say('own.none')}</p>`;
  return `<ul class="${kind}">${items.map((item) => `<li>${item}</li>`).join('\n')}</ul>`;
}

function span(since: string, until: string | null, words: PersonWords): Html {
  const parts = [
    words.say('own.since', { at: words.time(since) }),
    ...(until === null ? [] : [words.say('own.until', { at: words.time(until) })]),
  ];
  return parts.join(', ');
}

function quoted(value: string, lang: string | null): Html {
  const tag = lang === null || lang === '' ? '' : ` lang="${escape(lang)}"`;
  return `<blockquote${tag} dir="auto">${escape(value)}</blockquote>`;
}

/** Begins a line. What begins with a mark-up has its own way of being written. */
function capitalised(said: Html, { language }: PersonWords): Html {
  return /^[&<]/.test(said) ? said : said.charAt(0).toLocaleUpperCase(language) + said.slice(1);
}
