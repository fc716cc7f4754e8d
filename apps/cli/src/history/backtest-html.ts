import type { BacktestReport, KeyedTally, Tally } from '#lib/sending';
import { headline, shareOf } from './backtest-text.js';

/** One file that needs nothing else: a sentence, a chart with its numbers as tables beneath, and what they rest on. */
export function backtestHtml(report: BacktestReport): string {
  const groups = [
    ['Campaign', report.campaigns],
    ['Channel', report.channels],
    ['ISO week', report.weeks],
  ] as const;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Backtest of policy ${escape(report.policy.key)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Backtest of policy ${escape(report.policy.key)}</h1>
<p>${escape(headline(report))}</p>
<h2>How many would have been sent?</h2>
${chart(report.weeks)}
${groups.map(([name, tallies]) => tallyTable(name, tallies, report.total)).join('\n')}
<h2>Not sent, by reason</h2>
<div class="frame"><table><thead><tr><th scope="col">Reason</th><th scope="col">Happened</th><th scope="col">Would</th></tr></thead>
<tbody>${report.reasons
    .map(({ key, happened, would }) => `<tr><th scope="row">${escape(key)}</th>${cells([happened, would])}</tr>`)
    .join('')}</tbody></table></div>
<h2>What the figures rest on</h2>
<ul>${report.assumptions.map((line) => `<li>${escape(line)}</li>`).join('')}</ul>
</main>
</body>
</html>
`;
}

const STYLE = `
:root{color-scheme:light dark;--ink:light-dark(#1b1f24,#e8eaed);--paper:light-dark(#fff,#16181b);--line:light-dark(#d5d9de,#3a3f45);--flow:light-dark(#1d5fa8,#6fb0f2);--stop:light-dark(#b3261e,#ff8a80);--rest:light-dark(#6b7280,#9aa0a6)}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{max-inline-size:72rem;margin-inline:auto;padding:24px 16px}
h1{font-size:2rem;line-height:1.2}h2{font-size:1.25rem;margin-block:32px 8px}
p,ul{max-inline-size:70ch}
.frame{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;min-inline-size:24rem}
caption{text-align:start;font-weight:600;padding-block:24px 8px}
th,td{padding:4px 12px;border-block-end:1px solid var(--line);text-align:end;white-space:nowrap}
thead th{position:sticky;inset-block-start:0;background:var(--paper)}
th:first-child{text-align:start;font-weight:400}tfoot th,tfoot td{font-weight:600}
svg{max-inline-size:100%;block-size:auto}svg text{fill:var(--ink);font:14px system-ui,sans-serif}
.happened{fill:var(--rest)}.would{fill:var(--flow)}.axis{stroke:var(--line)}
@media print{main{padding:0}}`;

const [ROW, BAR, LEFT, WIDTH] = [56, 18, 96, 480];

/** Two bars a week from zero, in grey what was sent and in blue what would have been; the numbers stand beside them. */
function chart(weeks: readonly KeyedTally[]): string {
  const most = Math.max(1, ...weeks.flatMap(({ happened, would }) => [happened.sent, would.sent]));
  const height = weeks.length * ROW + 8;
  const bar = (y: number, kind: 'happened' | 'would', n: number): string => {
    const width = Math.round((n / most) * WIDTH);
    const said = kind === 'happened' ? `${number(n)} sent` : `${number(n)} under the draft`;
    return `<rect class="${kind}" x="${LEFT}" y="${y}" width="${width}" height="${BAR}"/><text x="${LEFT + width + 8}" y="${y + 14}">${said}</text>`;
  };
  const rows = weeks.map(({ key, happened, would }, i) => {
    const y = i * ROW + 8;
    return `<text x="0" y="${y + 24}">${escape(key ?? '')}</text>${bar(y, 'happened', happened.sent)}${bar(y + BAR + 2, 'would', would.sent)}`;
  });
  const told = weeks.map(({ key, happened, would }) => `${key}: ${happened.sent} sent, ${would.sent} under the draft`);
  return `<div class="frame"><svg role="img" aria-labelledby="t d" viewBox="0 0 ${LEFT + WIDTH + 200} ${height}" width="${LEFT + WIDTH + 200}" height="${height}"><title id="t">Messages sent by week, and how many would have been sent under the draft</title><desc id="d">${escape(told.join('; '))}</desc><line class="axis" x1="${LEFT}" y1="0" x2="${LEFT}" y2="${height}"/>${rows.join('')}</svg></div>`;
}

const COLUMNS = [
  'Messages',
  'Sent',
  'Would be sent',
  'Lost',
  'Lost, share',
  'Gained',
  'Later',
  'Held',
  'Would be held',
  'Dropped',
  'Would be dropped',
];

function tallyTable(name: string, tallies: readonly KeyedTally[], total: Tally): string {
  const head = [name, ...COLUMNS].map((column) => `<th scope="col">${column}</th>`).join('');
  const rows = tallies.map(
    ({ key, ...tally }) => `<tr><th scope="row">${escape(key ?? 'none')}</th>${tallyCells(tally)}</tr>`,
  );
  return `<div class="frame"><table><caption>By ${name.replace(/^[CI](?=[a-z])/, (c) => c.toLowerCase())}</caption><thead><tr>${head}</tr></thead>
<tbody>${rows.join('')}</tbody><tfoot><tr><th scope="row">Total</th>${tallyCells(total)}</tr></tfoot></table></div>`;
}

function tallyCells(tally: Tally): string {
  const { messages, happened, would, lost, gained, later } = tally;
  return `${cells([messages, happened.sent, would.sent, lost])}<td>${shareOf(tally)}</td>${cells([gained, later, happened.held, would.held, happened.dropped, would.dropped])}`;
}

function cells(values: readonly number[]): string {
  return values.map((value) => `<td>${number(value)}</td>`).join('');
}

function number(value: number): string {
  return value.toLocaleString('en');
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
