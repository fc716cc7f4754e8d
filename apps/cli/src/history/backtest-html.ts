import type { BacktestReport, KeyedTally, Tally } from '#lib/sending';
import { headline, number, shareOf } from './backtest-text.js';

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
${headline(report)
  .map((line) => `<p>${escape(line)}</p>`)
  .join('')}
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
table{border-collapse:collapse;font-variant-numeric:tabular-nums;min-inline-size:min(24rem,100%)}
caption{text-align:start;font-weight:600;padding-block:24px 8px}
th,td{padding:4px 12px;border-block-end:1px solid var(--line);text-align:end;white-space:nowrap}
thead th{position:sticky;inset-block-start:0;background:var(--paper);white-space:normal;vertical-align:bottom}
th:first-child{position:sticky;inset-inline-start:0;background:var(--paper);text-align:start;padding-inline-start:0;white-space:normal;overflow-wrap:anywhere;min-inline-size:7rem}
tbody th{font-weight:400}tfoot th,tfoot td{font-weight:600}
svg{display:block;overflow:visible}svg text{fill:var(--ink);font:14px system-ui,sans-serif}
.happened{fill:var(--rest)}.would{fill:var(--flow)}.axis{stroke:var(--line)}
@media print{main{padding:0}}`;

const [ROW, BAR, LEFT] = [56, 18, 84];
/** Of the width, so that the letters keep their size on a narrow screen and there is room for the numbers. */
const BARS = 45;

/** Two bars a week from zero, in grey what was sent and in blue what would have been; the numbers stand beside them. */
function chart(weeks: readonly KeyedTally[]): string {
  const most = Math.max(1, ...weeks.flatMap(({ happened, would }) => [happened.sent, would.sent]));
  const height = weeks.length * ROW + 8;
  const bar = (y: number, kind: 'happened' | 'would', n: number): string => {
    const width = `${((n / most) * 100).toFixed(2)}%`;
    const said = kind === 'happened' ? `${number(n)} sent` : `${number(n)} draft`;
    return `<rect class="${kind}" y="${y}" width="${width}" height="${BAR}"/><text x="${width}" dx="8" y="${y + 14}">${said}</text>`;
  };
  const names = weeks.map(({ key }, i) => `<text y="${i * ROW + 32}">${escape(key ?? '')}</text>`);
  const bars = weeks.map(({ happened, would }, i) => {
    const y = i * ROW + 8;
    return `${bar(y, 'happened', happened.sent)}${bar(y + BAR + 2, 'would', would.sent)}`;
  });
  const told = weeks.map(({ key, happened, would }) => `${key}: ${happened.sent} sent, ${would.sent} under the draft`);
  return `<svg role="img" aria-labelledby="t d" width="100%" height="${height}"><title id="t">Messages sent by week, and how many would have been sent under the draft</title><desc id="d">${escape(told.join('; '))}</desc>${names.join('')}<svg x="${LEFT}" width="${BARS}%"><line class="axis" y2="${height}"/>${bars.join('')}</svg></svg>`;
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
  return `<div class="frame" role="region" tabindex="0" aria-label="By ${name}"><table><caption>By ${name.replace(/^[CI](?=[a-z])/, (c) => c.toLowerCase())}</caption><thead><tr>${head}</tr></thead>
<tbody>${rows.join('')}</tbody><tfoot><tr><th scope="row">Total</th>${tallyCells(total)}</tr></tfoot></table></div>`;
}

function tallyCells(tally: Tally): string {
  const { messages, happened, would, lost, gained, later } = tally;
  return `${cells([messages, happened.sent, would.sent, lost])}<td>${shareOf(tally)}</td>${cells([gained, later, happened.held, would.held, happened.dropped, would.dropped])}`;
}

function cells(values: readonly number[]): string {
  return values.map((value) => `<td>${number(value)}</td>`).join('');
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
