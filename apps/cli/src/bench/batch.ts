import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { casesOf, type CaseKind, type CaseSource } from './batch-cases.js';
import { round } from './figures.js';

/** What a whole process took from its start to its end. */
interface Pass {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakRssMb: number;
}

/** What one kind of stream took. */
interface Stream {
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
}

export interface BatchReport {
  readonly bench: 'batch';
  readonly usual: Stream;
  readonly hostile: Stream;
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
/** Before so many hostile cases the memories of places and policies are not full. */
const FULL_AFTER = 50_000;
const MOST_GROWTH = 1.1;

/**
 * Has `consentctl decide --batch` answer usual cases, and a fifth as many that are as different from each other as can
 * be. Beside each a program that only parses the same stream, so that figures of different machines can be compared.
 */
export async function measureBatch(
  { cases }: { readonly cases: number },
  log: (line: string) => void,
): Promise<BatchReport> {
  const usual = await measureStream('usual', cases, log);
  const hostile = await measureStream('hostile', Math.ceil(cases / 5), log);
  const check = (name: string, passed: boolean, found: string) => ({ check: name, passed, found });
  const growth = (name: string, { aliveMb }: Stream, from: number) => {
    const full = aliveMb.slice(from);
    const half = Math.floor(full.length / 2);
    const [early, late] = [Math.max(...full.slice(0, half)), Math.max(...full.slice(half))];
    const found = half > 0 ? `at most ${early} MB in the first half, ${late} in the second` : 'too few cases to tell';
    return check(name, half > 0 && late <= early * MOST_GROWTH, found);
  };
  return {
    bench: 'batch',
    usual,
    hostile,
    checks: [
      growth('what is alive does not grow with usual cases', usual, 0),
      growth(
        'nor with hostile ones, once the memories of places and policies are full',
        hostile,
        Math.ceil((FULL_AFTER / hostile.cases) * SAMPLES),
      ),
    ],
  };
}

async function measureStream(kind: CaseKind, cases: number, log: (line: string) => void): Promise<Stream> {
  const main = fileURLToPath(new URL('../main.js', import.meta.url));
  log(`parsing ${cases} ${kind} cases ...`);
  const parse = await measured(['--input-type=module', '-e', PARSE], casesOf(kind, cases), false);
  log(`deciding about ${cases} ${kind} cases ...`);
  const decide = await measured([main, 'decide', '--batch'], casesOf(kind, cases), true);
  if (decide.lines !== cases) throw new Error(`${cases} cases had ${decide.lines} verdicts`);
  return {
    cases,
    casesMb: round(decide.inMb, 1),
    verdictsMb: round(decide.outMb, 1),
    decide: decide.pass,
    parse: parse.pass,
    timesParsing: round(decide.pass.cpuSeconds / parse.pass.cpuSeconds, 2),
    casesPerCpuSecond: Math.round(cases / decide.pass.cpuSeconds),
    aliveMb: decide.aliveMb,
  };
}

export function batchText(report: BatchReport): string {
  const pass = (name: string, { seconds, cpuSeconds, peakRssMb }: Pass): string =>
    `  ${name.padEnd(22)}${seconds} s, ${cpuSeconds} s of processor time, ${peakRssMb} MB at the peak`;
  const stream = (kind: CaseKind): string[] => {
    const { cases, casesMb, verdictsMb, decide, parse, timesParsing, casesPerCpuSecond, aliveMb } = report[kind];
    return [
      `decide --batch, ${cases.toLocaleString('en')} ${kind} cases in ${casesMb} MB, ${verdictsMb} MB of verdicts`,
      pass('decide --batch', decide),
      pass('only parsing', parse),
      `  ${'times parsing'.padEnd(22)}${timesParsing} (${casesPerCpuSecond.toLocaleString('en')} cases per second of processor time)`,
      `  ${'alive, MB'.padEnd(22)}${aliveMb.join(', ')}`,
    ];
  };
  return [
    ...stream('usual'),
    ...stream('hostile'),
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
  // 1 says that lines were refused, as some of the hostile ones are; each has its answer, and those are counted.
  if (code !== 0 && !(asksAlive && code === 1))
    throw new Error(`a measured process ended with ${code}: ${said.text.slice(-2000)}`);
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
