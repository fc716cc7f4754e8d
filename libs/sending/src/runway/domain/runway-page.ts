import type { Runway, RunwayWeek } from './runway.js';
import { RUNWAY_WORDS, runwayTable } from './runway-table.js';

export type RunwayLanguage = keyof typeof RUNWAY_WORDS;

interface PageWords {
  readonly title: string;
  readonly question: string;
  readonly summary: (now: string, lost: string, weeks: string, later: string, endless: string) => string;
  readonly nothing: string;
  readonly notes: readonly string[];
  readonly described: (weeks: string, most: string) => string;
}

const WORDS: Readonly<Record<RunwayLanguage, PageWords>> = {
  en: {
    title: 'Consent runway',
    question: 'How many contact points can no longer be written to, week by week?',
    summary: (now, lost, weeks, later, endless) =>
      `${now} contact points can be written to today. ${lost} of them will no longer be within ${weeks} weeks unless people renew their consent; ${later} have a later end, ${endless} have none.`,
    nothing: 'No consent ends in these weeks.',
    notes: [
      'Counted are contact points in use that may be written to because somebody opted in, where the purpose or the law of a place they may be in asks for that; suppressed addresses and those that somebody opted out at are left out. A report about one purpose counts everybody who may be written to under it.',
      'A contact point counts as sendable while any such purpose stands. That somebody lets opens and clicks be counted is no purpose to write to them for.',
      'Each purpose is judged by the policies under which its commercial messages were accepted in this month and the two before, otherwise by `default`. Where they apply different laws, it is enough that one of them lets a message leave.',
      'A message that asks for a new consent is itself a commercial message where the law says so (CASL s. 1 (3)): ask while the old consent holds.',
    ],
    described: (weeks, most) =>
      `A bar for each of ${weeks} weeks; the highest stands for ${most} contact points. The numbers are in the table beneath.`,
  },
  de: {
    title: 'Reichweite der Einwilligungen',
    question: 'Wie viele Kontaktpunkte sind Woche für Woche nicht mehr erreichbar?',
    summary: (now, lost, weeks, later, endless) =>
      `${now} Kontaktpunkte sind heute erreichbar. ${lost} davon sind es innerhalb von ${weeks} Wochen nicht mehr, wenn die Einwilligung nicht erneuert wird; ${later} enden später, ${endless} haben kein Ende.`,
    nothing: 'In diesen Wochen endet keine Einwilligung.',
    notes: [
      'Gezählt sind Kontaktpunkte in Gebrauch, an die geschrieben werden darf, weil jemand eingewilligt hat, wo der Zweck oder das Recht eines Ortes, an dem die Person sein kann, das verlangt; gesperrte Adressen und solche, an denen jemand widersprochen hat, zählen nicht. Ein Bericht zu einem Zweck zählt alle, denen man dazu schreiben darf.',
      'Ein Kontaktpunkt gilt als erreichbar, solange einer dieser Zwecke steht. Dass jemand Öffnungen und Klicks zählen lässt, ist kein Zweck, zu dem man schreibt.',
      'Jeder Zweck wird nach den Richtlinien beurteilt, unter denen seine Werbenachrichten in diesem Monat und den zwei davor angenommen wurden, sonst nach `default`. Wo sie verschiedenes Recht anwenden, genügt es, dass eine davon eine Nachricht gehen lässt.',
      'Wo das Gesetz es so sieht, ist auch die Bitte um eine neue Einwilligung eine Werbenachricht (CASL s. 1 (3)): fragen, solange die alte gilt.',
    ],
    described: (weeks, most) =>
      `Ein Balken für jede von ${weeks} Wochen; der höchste steht für ${most} Kontaktpunkte. Die Zahlen stehen in der Tabelle darunter.`,
  },
};

/** One page that needs nothing else: a sentence, a chart, its numbers as a table beneath, and what they rest on. */
export function runwayPage(runway: Runway, brand: string, language: RunwayLanguage): string {
  const words = WORDS[language];
  const number = (n: number): string => n.toLocaleString(language);
  const { sendable, weeks, endsLater, endless } = runway;
  const lost = weeks.reduce((sum, week) => sum + week.lost, 0);
  const summary = words.summary(
    number(sendable),
    number(lost),
    number(weeks.length),
    number(endsLater),
    number(endless),
  );
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(`${words.title}: ${brand}`)}</title>
<style>${RUNWAY_STYLE}</style>
</head>
<body>
<main>
<h1>${escape(words.title)}</h1>
<p>${escape(summary)}</p>
<h2>${escape(words.question)}</h2>
<div class="frame" tabindex="0" role="group" aria-label="${escape(words.question)}">${runwaySvg(runway, language)}</div>
${tableHtml(runway, language)}
<ul>${words.notes.map((note) => `<li>${escape(note)}</li>`).join('')}</ul>
<footer>${escape(brand)} · ${new Date(runway.at).toISOString().replace('T', ' ').slice(0, 16)} UTC</footer>
</main>
</body>
</html>
`;
}

export const RUNWAY_STYLE = `
:root{color-scheme:light dark;--ink:light-dark(#1b1f24,#e8eaed);--soft:light-dark(#5b626b,#a9afb6);--paper:light-dark(#fff,#16181b);--line:light-dark(#d5d9de,#3a3f45);--stop:light-dark(#b3261e,#ff8a80);--law:light-dark(#6d1410,#ffc9c3)}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{max-inline-size:72rem;margin-inline:auto;padding:24px 16px}
h1{font-size:2rem;line-height:1.2;margin-block:0 16px}h2{font-size:1.25rem;line-height:1.3;margin-block:32px 8px}
p,ul{max-inline-size:70ch}ul{padding-inline-start:1.25rem;color:var(--soft)}footer{margin-block-start:32px;color:var(--soft)}
.frame{overflow-x:auto}.frame:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;margin-block:16px}
th,td{padding:4px 12px;border-block-end:1px solid var(--line);text-align:end;font-weight:400}
td,tbody th{white-space:nowrap}
thead th{vertical-align:bottom;font-weight:600;max-inline-size:9rem}
th:first-child{text-align:start}tfoot th,tfoot td{font-weight:600;border-block-end:0}
svg{display:block}svg text{fill:var(--ink);font:13px system-ui,sans-serif;font-variant-numeric:tabular-nums}svg .soft{fill:var(--soft)}
.validity{fill:var(--stop)}.law{fill:var(--law)}.axis{stroke:var(--line)}
@media print{:root{color-scheme:light}main{padding:0}.frame{overflow:visible}svg{max-inline-size:100%;block-size:auto}@page{size:A4 landscape}}`;

const [STEP, BAR, TALL, TOP, LEFT, FOOT] = [34, 22, 200, 48, 12, 44];

/** Bars from zero, time left to right: in two reds what ends by validity and by law. */
export function runwaySvg(runway: Runway, language: RunwayLanguage): string {
  const { weeks } = runway;
  const words = WORDS[language];
  const number = (n: number): string => n.toLocaleString(language);
  const most = Math.max(0, ...weeks.map(({ lost }) => lost));
  if (most === 0) return `<p>${escape(words.nothing)}</p>`;
  const step = Math.max(STEP, 9 * number(most).length);
  const width = Math.max(LEFT * 2 + weeks.length * step, 560);
  const height = TOP + TALL + FOOT;
  const bars = weeks.map((week, i) => bar(week, i === 0, LEFT + i * step, step, most, number, language)).join('');
  const id = 'runway-chart';
  return `<svg role="img" aria-labelledby="${id}-title ${id}-desc" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title id="${id}-title">${escape(words.question)}</title>
<desc id="${id}-desc">${escape(words.described(number(weeks.length), number(most)))}</desc>
${key(runway, language)}
<line class="axis" x1="${LEFT}" x2="${width - LEFT}" y1="${TOP + TALL}" y2="${TOP + TALL}"/>
${bars}
</svg>`;
}

function bar(
  { from, lost, validity }: RunwayWeek,
  isFirst: boolean,
  x: number,
  step: number,
  most: number,
  number: (n: number) => string,
  language: RunwayLanguage,
): string {
  const tall = (n: number): number => Math.round((n / most) * (TALL - 20));
  const base = TOP + TALL;
  const [middle, left] = [x + step / 2, x + (step - BAR) / 2];
  const [v, l] = [tall(validity), tall(lost) - tall(validity)];
  const parts = [
    v > 0 ? `<rect class="validity" x="${left}" y="${base - v}" width="${BAR}" height="${v}"/>` : '',
    l > 0 ? `<rect class="law" x="${left}" y="${base - v - l}" width="${BAR}" height="${l}"/>` : '',
    lost > 0 ? `<text x="${middle}" y="${base - tall(lost) - 6}" text-anchor="middle">${number(lost)}</text>` : '',
  ];
  const day = new Date(from);
  const [date, month] = [String(day.getUTCDate()), day.toLocaleString(language, { month: 'short', timeZone: 'UTC' })];
  // The month is named where it begins, and at the beginning.
  const namesMonth = isFirst || day.getUTCDate() <= 7;
  return `${parts.join('')}<text class="soft" x="${middle}" y="${base + 18}" text-anchor="middle">${date}</text>${
    namesMonth ? `<text class="soft" x="${middle}" y="${base + 36}" text-anchor="middle">${escape(month)}</text>` : ''
  }`;
}

/** What the marks stand for, in words beside each of them. */
function key({ weeks }: Runway, language: RunwayLanguage): string {
  const words = RUNWAY_WORDS[language];
  const laws = Object.keys(weeks[0]?.clocks ?? {}).filter((law) => weeks.some(({ clocks }) => (clocks[law] ?? 0) > 0));
  const entries = [
    ...(weeks.some(({ validity }) => validity > 0) ? [['validity', words.validity]] : []),
    ...(laws.length > 0 ? [['law', laws.map(words.clock).join(', ')]] : []),
  ];
  let x = LEFT;
  return entries
    .map(([name = '', text = '']) => {
      const mark = `<rect class="${name}" x="${x}" y="6" width="12" height="12"/><text x="${x + 18}" y="17">${escape(text)}</text>`;
      x += 18 + text.length * 7.2 + 20;
      return mark;
    })
    .join('');
}

function tableHtml(runway: Runway, language: RunwayLanguage): string {
  const words = RUNWAY_WORDS[language];
  const { header, rows, total } = runwayTable(runway, words);
  const cells = (figures: readonly (number | null)[]): string =>
    figures.map((n) => `<td>${n === null ? 'n/a' : n.toLocaleString(language)}</td>`).join('');
  return `<div class="frame" tabindex="0" role="group" aria-label="${escape(WORDS[language].title)}"><table>
<thead><tr>${header.map((cell) => `<th scope="col">${escape(cell)}</th>`).join('')}</tr></thead>
<tbody>${rows.map(({ day, figures }) => `<tr><th scope="row"><time datetime="${day}">${day}</time></th>${cells(figures)}</tr>`).join('\n')}</tbody>
<tfoot><tr><th scope="row">${escape(words.total)}</th>${cells(total)}</tr></tfoot>
</table></div>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
