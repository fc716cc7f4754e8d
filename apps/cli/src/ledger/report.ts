import type { AuditReport, AuditStep } from '#lib/ledger';

/** What programs go by: 0 it holds, 1 it does not, 2 it could not be checked. */
const EXIT_CODES: Readonly<Record<AuditReport['verdict'], number>> = { holds: 0, fails: 1, unchecked: 2 };

/** Tells a person or a program what was found; answers the exit code. */
export function tell(report: AuditReport, json: boolean): number {
  if (json) console.log(JSON.stringify(report));
  else console.log(textOf(report));
  return EXIT_CODES[report.verdict];
}

const SHOWN: Readonly<Record<AuditStep['result'], string>> = { holds: 'holds', fails: 'FAILS', unchecked: '-' };

function textOf({ verdict, origin, size, steps }: AuditReport): string {
  const lines = steps.map(
    ({ step, result, problem }) => `${SHOWN[result].padEnd(7)}${step}${problem === '' ? '' : `: ${problem}`}`,
  );
  const subject = origin === null ? 'The log' : `${origin}, ${size?.toLocaleString('en') ?? '?'} entries,`;
  const sentences = {
    holds: `${subject} holds.`,
    fails: `${subject} does NOT hold.`,
    unchecked: `${subject} could not be checked as a whole.`,
  };
  return [...lines, '', sentences[verdict]].join('\n');
}

/** A bar on standard error, for people alone; nothing where nobody looks. */
export function progressBar(): (done: number, total: number) => void {
  if (!process.stderr.isTTY) return () => undefined;
  let last = -1;
  return (done, total) => {
    const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
    if (percent === last) return;
    last = percent;
    const filled = Math.round(percent / 4);
    process.stderr.write(`\r[${'#'.repeat(filled)}${'.'.repeat(25 - filled)}] ${percent} % of ${total}`);
    if (done === total) process.stderr.write('\n');
  };
}
