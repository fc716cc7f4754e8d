/** The look of the contacts' pages, for a page that is kept and read away from them. */
export const PERSON_PAGE_STYLE = `
:root{color-scheme:light dark;--ink:light-dark(#1b1d21,#e9eaee);--quiet:light-dark(#565b66,#a9aeba);--paper:light-dark(#ffffff,#15171b);--line:light-dark(#d5d8df,#363a43);--accent:light-dark(#1f4fbf,#9db8ff);--warn:light-dark(#8a4b00,#f0b775);--warn-soft:light-dark(#fdf4e7,#2a2118)}
*{box-sizing:border-box}
html{font:100%/1.5 system-ui,sans-serif;background:var(--paper);color:var(--ink);overflow-wrap:break-word}
body{margin:0}
header>div,main,footer>div{max-inline-size:42rem;margin-inline:auto;padding-inline:1rem}
header{border-block-end:1px solid var(--line)}
header>div{display:flex;align-items:center;min-block-size:4rem;font-weight:650}
main{padding-block:2rem 3rem}
h1,h2,h3{line-height:1.25;text-wrap:balance}
h1{margin-block:0 .75rem;font-size:2rem;letter-spacing:-.01em}
h2{margin-block:0 .5rem;font-size:1.25rem;font-weight:650;overflow-wrap:anywhere}
h3{margin-block:1.5rem .25rem;font-size:1rem}
p{margin-block:0 1rem;max-inline-size:65ch}
section{padding-block:2rem;border-block-start:1px solid var(--line)}
section>:last-child{margin-block-end:0}
.note,small,dt{color:var(--quiet)}
small{display:block;font-size:.875rem;font-variant-numeric:tabular-nums}
code{font-size:.8125rem;color:var(--quiet);overflow-wrap:anywhere}
.told{margin-block:.75rem;padding:.75rem 1rem;border-inline-start:.25rem solid var(--warn);border-radius:.25rem .75rem .75rem .25rem;background:var(--warn-soft)}
[dir=rtl] .told{border-radius:.75rem .25rem .25rem .75rem}
dl{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.5rem 1.5rem;margin:0}
dd{margin:0;overflow-wrap:anywhere}
ul{margin:0;padding:0;list-style:none}
.lines>li{padding-block:.75rem;border-block-end:1px solid var(--line)}
.lines>li:last-child{border:0}
.lines ul{margin-block-start:.25rem;padding-inline-start:1rem;border-inline-start:2px solid var(--line)}
.lines ul>li{padding-block:.125rem}
.lines p{margin-block-end:.25rem}
.ledger>li{display:flex;gap:1rem}
.ledger>li>span:first-child{flex:none;min-inline-size:2.5rem;text-align:end;color:var(--quiet);font-variant-numeric:tabular-nums}
blockquote{margin:.25rem 0;padding-inline-start:1rem;border-inline-start:2px solid var(--line)}
a{color:var(--accent);text-underline-offset:.15em;display:inline-block;padding-block:.75rem;margin-inline-end:1.5rem}
:focus-visible{outline:3px solid var(--ink);outline-offset:3px}
footer{border-block-start:1px solid var(--line);color:var(--quiet);font-size:.875rem}
footer>div{padding-block:1.5rem}
@media (max-width:30rem){h1{font-size:1.5rem}dl{grid-template-columns:1fr;gap:0}dd{margin-block-end:.75rem}}
@media print{:root{color-scheme:light}main{padding:0}h2,h3{break-after:avoid}li{break-inside:avoid}}`;
