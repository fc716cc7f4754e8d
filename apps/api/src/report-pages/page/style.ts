import { createHash } from 'node:crypto';

/** Colours by role, light and dark; style.spec.ts computes their contrast. */
export const COLOURS = {
  ink: ['#1b1d21', '#e9eaee'],
  quiet: ['#565b66', '#a9aeba'],
  paper: ['#ffffff', '#15171b'],
  soft: ['#f4f5f8', '#1e2127'],
  line: ['#d5d8df', '#363a43'],
  edge: ['#878d99', '#777d8a'],
  accent: ['#1f4fbf', '#9db8ff'],
  'on-accent': ['#ffffff', '#10131a'],
  flow: ['#2f6fd6', '#6f9df0'],
  exit: ['#c0362c', '#ef7f76'],
  rest: ['#7a808c', '#8a909c'],
  second: ['#0f7a6c', '#45b8a8'],
} as const;

const roles = Object.entries(COLOURS)
  .map(([role, [light, dark]]) => `--${role}:light-dark(${light},${dark})`)
  .join(';');
const marks = ['ink', 'quiet', 'line', 'flow', 'exit', 'rest', 'second']
  .map((tone) => `.fill-${tone}{fill:var(--${tone})}.stroke-${tone}{stroke:var(--${tone})}`)
  .join('');

/** The style sheet of every page, in the page itself: nothing is loaded. */
export const STYLE = `:root{color-scheme:light dark;${roles}}
*{box-sizing:border-box}
html{font:100%/1.5 system-ui,sans-serif;background:var(--paper);color:var(--ink);accent-color:var(--accent);overflow-wrap:break-word}
body{margin:0}
.top>div,main,.foot>div{max-inline-size:74rem;margin-inline:auto;padding-inline:1rem}
.top{border-block-end:1px solid var(--line)}
.top>div{display:flex;flex-wrap:wrap;align-items:center;gap:0 1.5rem;min-block-size:4rem}
.brand{font-weight:650;margin-inline-end:auto}
.top a,.top button{min-block-size:44px;display:inline-flex;align-items:center}
.skip{position:absolute;inset-inline-start:-100vw}.skip:focus{position:static}
main{padding-block:1.5rem 3rem}
.narrow{max-inline-size:42rem}
h1,h2,h3{line-height:1.25;text-wrap:balance;margin-block:0 .5rem}
h1{font-size:2rem;letter-spacing:-.01em}h2{font-size:1.25rem}h3{font-size:1rem}
section{margin-block:2rem 0}
p,ul{margin-block:0 1rem;max-inline-size:70ch}
ul{padding-inline-start:1.25rem}
.lead{font-size:1.25rem}
.quiet,.facts,.foot{color:var(--quiet)}
.told{padding:.75rem 1rem;background:var(--soft);border-inline-start:.25rem solid var(--exit);border-radius:.25rem}
a{color:var(--accent);text-underline-offset:.15em}
.plain{background:none;border:0;padding:0;font:inherit;color:var(--accent);text-decoration:underline;text-underline-offset:.15em;cursor:pointer}
:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
.cards{list-style:none;padding:0;max-inline-size:none;display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr));gap:0 2rem;margin:0}
.cards li{border-block-start:1px solid var(--line);padding-block:.75rem}
.cards a{font-weight:600;display:inline-flex;align-items:center;min-block-size:44px}.cards p{margin:0}
.asking{margin-block:1rem 1.5rem;border-block:1px solid var(--line)}
.asking summary{min-block-size:2.75rem;display:list-item;align-content:center;cursor:pointer;font-weight:600;color:var(--accent)}
.filters{display:flex;flex-wrap:wrap;align-items:flex-end;gap:.75rem 1rem;padding-block:.5rem 1.25rem}
.filters label,.form label{display:grid;gap:.25rem;font-size:.875rem;color:var(--quiet)}
input,select{min-block-size:44px;max-inline-size:100%;padding-inline:.5rem;font:1rem system-ui,sans-serif;color:var(--ink);background:var(--paper);border:1px solid var(--edge);border-radius:.5rem}
.form{display:grid;gap:1rem;max-inline-size:28rem;margin-block:1.5rem}.form input{inline-size:100%}
.do{min-block-size:44px;padding-block:.5rem;padding-inline:1.5rem;font:600 1rem system-ui,sans-serif;color:var(--on-accent);background:var(--accent);border:2px solid var(--accent);border-radius:.5rem;cursor:pointer}
.facts{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;margin:0 0 1rem;font-size:.875rem}
.facts div{display:flex;gap:.5rem}.facts dt::after{content:':'}.facts dd{margin:0;color:var(--ink)}
.figures{display:flex;flex-wrap:wrap;gap:1rem 2.5rem;margin:0 0 1.5rem;padding:0}
.figures div{min-inline-size:6rem}.figures dt{color:var(--quiet);font-size:.875rem}.figures dd{margin:0;font-size:1.5rem;font-weight:600;font-variant-numeric:tabular-nums}
.frame{overflow:auto;max-inline-size:100%}
.charted{margin:0 0 1rem}.charted svg{display:block;min-inline-size:44rem;inline-size:100%;block-size:auto}
svg text{font-family:system-ui,sans-serif;font-variant-numeric:tabular-nums}
${marks}
.table{max-block-size:40rem;margin-block:0 1rem}
pre{margin:0;padding:.75rem 1rem;background:var(--soft);border-radius:.25rem;font:.875rem/1.5 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
table{border-collapse:collapse;min-inline-size:100%;font-variant-numeric:tabular-nums}
th,td{padding:.375rem .75rem;border-block-end:1px solid var(--line);font-weight:400;vertical-align:top}
th:first-child,td:first-child{padding-inline-start:0}
td.text,th.text{text-align:start;min-inline-size:7rem}
td.number,th.number{text-align:end;white-space:nowrap}
.table tr>:first-child{position:sticky;inset-inline-start:0;background:var(--paper);z-index:1;max-inline-size:14rem}
.table thead tr>:first-child,.table tfoot tr>:first-child{z-index:2}
thead th{position:sticky;inset-block-start:0;background:var(--paper);vertical-align:bottom;font-weight:600}
thead th.number{white-space:normal;min-inline-size:5.5rem}
thead small{display:block;font-weight:400;color:var(--quiet)}
tfoot th,tfoot td{font-weight:650;border-block-end:0;border-block-start:2px solid var(--edge)}
td a{display:inline-block;min-inline-size:24px;min-block-size:24px}
.na{color:var(--quiet)}
.links{display:flex;flex-wrap:wrap;gap:0 1.5rem}.links a{display:inline-flex;align-items:center;min-block-size:44px}
.foot{display:none;border-block-start:1px solid var(--line);font-size:.875rem}
@media(max-width:30rem){h1{font-size:1.5rem}td.number.na{white-space:normal}.filters{gap:.75rem}.filters label{inline-size:calc(50% - .375rem)}.filters select,.filters input,.do{inline-size:100%}}
@media(forced-colors:active){.do{border-color:ButtonBorder}svg text{fill:CanvasText}}
@media print{@page{size:A4 landscape;margin:14mm}:root{color-scheme:light}.top nav,.top form,.top a,.asking,.links{display:none}table{font-size:.7rem}th,td{padding:.2rem .4rem}thead th.number{min-inline-size:0}td.text,th.text{min-inline-size:0}td.number{white-space:nowrap}th,td{overflow-wrap:break-word}table:has(thead th:nth-child(9)){font-size:.6rem}table:has(thead th:nth-child(9)) :is(th,td){padding:.2rem .25rem}table:has(thead th:nth-child(12)){font-size:.5rem;inline-size:100%;min-inline-size:0}table:has(thead th:nth-child(12)) :is(th,td){padding:.2rem .12rem}table:has(thead th:nth-child(16)){font-size:.43rem}table:has(thead th:nth-child(18)){font-size:.4rem}.frame{overflow:visible;max-block-size:none}.charted svg{min-inline-size:0}thead th,tfoot th,tfoot td,.table tr>:first-child{position:static}main{padding:0}td a,th a{color:inherit;text-decoration:none}section{break-inside:avoid-page}.foot{display:block;break-inside:avoid}main .facts{display:none}}
`;

/** The style and a form that posts to us; no script, picture, font or frame, and nothing from elsewhere. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;
