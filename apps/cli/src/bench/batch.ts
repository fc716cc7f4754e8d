import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type CaseSource, hostileCases } from './batch-cases.js';
import { round } from './figures.js';

/** What a whole process took from its start to its end. */
interface Pass {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakRssMb: number;
}

export interface BatchReport {
  readonly bench: 'batch';
  readonly cases: number;
  readonly casesMb: number;
  readonly verdictsMb: number;
  /** `consentctl decide --batch`, from its start to its end. */
  readonly decide: Pass;
  /** A process that splits the same stream into lines, parses them as JSON and does nothing with them. */
  readonly parse: Pass;
  /** Of processor time. */
  readonly timesParsing: number;
  readonly casesPerCpuSecond: number;
  /** What was alive after a full collection, in megabytes, after each twentieth of the cases. */
  readonly aliveMb: readonly number[];
  readonly checks: readonly { readonly check: string; readonly passed: boolean; readonly found: string }[];
}

/** Loaded before a program: says what is alive when it is asked, and at its end what it took. */
const WATCH = `
const say = (found) => process.stderr.write('\\n@' + JSON.stringify(found) + '\\n');
process.on('SIGUSR2', () => { gc(); gc(); const m = process.memoryUsage(); say({ alive: m.heapUsed + m.external }); });
process.on('exit', () => { const u = process.resourceUsage(); say({ cpu: (u.userCPUTime + u.systemCPUTime) / 1e6, rss: u.maxRSS / 1024 }); });
`;
const PARSE = `
let rest = '', n = 0;
process.stdin.setEncoding('utf8');
for await (const piece of process.stdin) {
  const lines = (rest + piece).split('\\n');
  rest = lines.pop();
  for (const line of lines) n += Object.keys(JSON.parse(line)).length;
}
console.log(n);`;
const SAMPLES = 20;
/** Before so many cases the memories of places and policies are not full. */
const FULL_AFTER = 50_000;
const MOST_GROWTH = 1.1;

/**
 * Has `consentctl decide --batch` answer cases that are as different from each other as they can be: other clocks,
 * regions that do not exist, dates of two years, more policies than are remembered. Beside it a program that only parses
 * the same stream, so that figures of different machines can be compared.
 */
export async function measureBatch(
  { cases }: { readonly cases: number },
  log: (line: string) => void,
): Promise<BatchReport> {
  const main = fileURLToPath(new URL('../main.js', import.meta.url));
  log(`parsing ${cases} cases ...`);
  const parse = await measured(['--input-type=module', '-e', PARSE], hostileCases(cases), false);
  log(`deciding about ${cases} cases ...`);
  const decide = await measured([main, 'decide', '--batch'], hostileCases(cases), true);

  const full = decide.aliveMb.slice(Math.ceil((FULL_AFTER / cases) * SAMPLES));
  const half = Math.floor(full.length / 2);
  const [early, late] = [Math.max(...full.slice(0, half)), Math.max(...full.slice(half))];
  const check = (name: string, passed: boolean, found: string) => ({ check: name, passed, found });
  return {
    bench: 'batch',
    cases,
    casesMb: round(decide.inMb, 1),
    verdictsMb: round(decide.outMb, 1),
    decide: decide.pass,
    parse: parse.pass,
    timesParsing: round(decide.pass.cpuSeconds / parse.pass.cpuSeconds, 2),
    casesPerCpuSecond: Math.round(cases / decide.pass.cpuSeconds),
    aliveMb: decide.aliveMb,
    checks: [
      check('every case has its verdict', decide.lines === cases, `${decide.lines} of ${cases}`),
      check(
        'what is alive does not grow once the memories of places and policies are full',
        half > 0 && late <= early * MOST_GROWTH,
        half > 0 ? `at most ${early} MB in the first half after that, ${late} in the second` : 'too few cases to tell',
      ),
    ],
  };
}

export function batchText(report: BatchReport): string {
  const pass = (name: string, { seconds, cpuSeconds, peakRssMb }: Pass): string =>
    `  ${name.padEnd(22)}${seconds} s, ${cpuSeconds} s of processor time, ${peakRssMb} MB at the peak`;
  return [
    `decide --batch, ${report.cases.toLocaleString('en')} cases in ${report.casesMb} MB, ${report.verdictsMb} MB of verdicts`,
    pass('decide --batch', report.decide),
    pass('only parsing', report.parse),
    `  ${'times parsing'.padEnd(22)}${report.timesParsing} (${report.casesPerCpuSecond.toLocaleString('en')} cases per second of processor time)`,
    `  ${'alive, MB'.padEnd(22)}${report.aliveMb.join(', ')}`,
    ...report.checks.map(({ check, passed, found }) => `  ${passed ? 'ok  ' : 'FAIL'}  ${check}: ${found}`),
  ].join('\n');
}

interface Measured {
  readonly pass: Pass;
  readonly aliveMb: readonly number[];
  readonly lines: number;
  readonly inMb: number;
  readonly outMb: number;
}

async function measured(args: readonly string[], cases: CaseSource, asksAlive: boolean): Promise<Measured> {
  const begun = performance.now();
  const preload = `data:text/javascript,${encodeURIComponent(WATCH)}`;
  const child = spawn(process.execPath, ['--expose-gc', '--import', preload, ...args]);
  const said = new Said(child);
  let [inBytes, outBytes, lines] = [0, 0, 0];
  child.stdout.on('data', (piece: Buffer) => {
    outBytes += piece.length;
    for (const byte of piece) if (byte === 0x0a) lines++;
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  const aliveMb: number[] = [];
  for (let part = 1; part <= SAMPLES; part++) {
    for (const piece of cases.upTo(part / SAMPLES)) {
      inBytes += piece.length;
      if (!child.stdin.write(piece)) await Promise.race([once(child.stdin, 'drain'), closed]);
    }
    if (!asksAlive) continue;
    child.kill('SIGUSR2');
    aliveMb.push(round(Number((await said.next())['alive']) / 1e6, 1));
  }
  child.stdin.end();
  const [code] = await closed;
  if (code !== 0) throw new Error(`a measured process ended with ${code}: ${said.text.slice(-2000)}`);
  const { cpu = NaN, rss = NaN } = await said.next();
  const seconds = round((performance.now() - begun) / 1000, 1);
  const pass = { seconds, cpuSeconds: round(cpu, 1), peakRssMb: Math.round(rss) };
  return { pass, aliveMb, lines, inMb: inBytes / 1e6, outMb: outBytes / 1e6 };
}

/** What the watcher in a process says, one after the other. */
class Said {
  text = '';
  #read = 0;
  #more: () => void = () => undefined;

  constructor(child: ChildProcessWithoutNullStreams) {
    child.stderr.on('data', (piece: Buffer) => {
      this.text += piece.toString();
      this.#more();
    });
    child.once('close', () => this.#more());
  }

  async next(): Promise<Record<string, number>> {
    for (;;) {
      const [begin, end] = [this.text.indexOf('\n@', this.#read), this.text.indexOf('}\n', this.#read)];
      if (begin >= 0 && end > begin) {
        this.#read = end + 1;
        return JSON.parse(this.text.slice(begin + 2, end + 1)) as Record<string, number>;
      }
      const before = this.text.length;
      await new Promise<void>((resolve) => (this.#more = resolve));
      if (this.text.length === before) throw new Error(`a measured process said nothing: ${this.text.slice(-2000)}`);
    }
  }
}
