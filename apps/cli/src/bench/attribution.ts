import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MODELS } from '#lib/attribution';
import { drawOf, round } from './figures.js';

export interface AttributionOptions {
  readonly rows: number;
  readonly rounds: number;
}

/** What one process took from its start to its end, and the most memory it had. */
interface Pass {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakRssMb: number;
}

export interface AttributionReport {
  readonly bench: 'attribution';
  readonly rows: number;
  readonly fileMb: number;
  readonly models: number;
  /** The whole process, from the file to the credits of all models as JSON. */
  readonly all: Pass;
  /** The same with `first_touch` alone: reading, and hardly anything else. */
  readonly one: Pass;
  /** A process that reads the file into strings, splits it into lines and those into fields, and does nothing with them. */
  readonly split: Pass;
  readonly rounds: readonly { readonly all: Pass; readonly split: Pass }[];
  readonly checks: readonly { readonly check: string; readonly passed: boolean; readonly found: string }[];
}

const MAX_SECONDS = 3;
const MAX_MB = 300;
const CHANNELS = [
  'alpha',
  'beta',
  'gamma',
  'delta',
  'epsilon',
  'zeta',
  'eta',
  'theta',
  'iota',
  'kappa',
  'lambda',
  'mi',
];
/** Loaded before a program: says at its end what it took. */
const WATCH = `process.on('exit',()=>{const{userCPUTime:u,systemCPUTime:s,maxRSS:m}=process.resourceUsage();process.stderr.write('\\n'+JSON.stringify({cpu:(u+s)/1e6,rss:m/1024}))})`;
const SPLIT = `let n=0;for(const line of require('node:fs').readFileSync(process.argv[1],'utf8').split('\\n'))n+=line.split(',').length;console.log(n)`;

/**
 * Writes a file of paths and has `consentctl attribute` give the credits of every model; beside each round runs a program
 * that only splits the same file, so that figures of different machines can be compared.
 */
export async function measureAttribution(
  { rows, rounds }: AttributionOptions,
  log: (line: string) => void,
): Promise<AttributionReport> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'consent-gateway-paths-'));
  const file = path.join(folder, 'paths.csv');
  try {
    log(`writing ${rows} paths into ${file}`);
    const written = writePaths(file, rows);
    const main = fileURLToPath(new URL('../main.js', import.meta.url));
    const found: { all: Pass; split: Pass; output: string }[] = [];
    for (let i = 1; i <= rounds; i++) {
      log(`round ${i} ...`);
      const split = await measured(['-e', SPLIT, file]);
      const all = await measured([main, 'attribute', file, '--json']);
      found.push({ all: all.pass, split: split.pass, output: all.output });
    }
    const one = await measured([main, 'attribute', file, '--json', '--models', 'first_touch']);
    const best = (passes: readonly Pass[]): Pass =>
      passes.reduce(
        (a, b) => (b.seconds < a.seconds ? b : a),
        passes[0] ?? { seconds: NaN, cpuSeconds: NaN, peakRssMb: NaN },
      );
    const all = best(found.map((each) => each.all));
    const check = (name: string, passed: boolean, text: string) => ({ check: name, passed, found: text });
    const off = Math.max(...found.map(({ output }) => farthestOff(output, written)));
    const peak = Math.max(...found.map((each) => each.all.peakRssMb));
    return {
      bench: 'attribution',
      rows,
      fileMb: round(fs.statSync(file).size / 1e6, 1),
      models: MODELS.length,
      all,
      one: one.pass,
      split: best(found.map((each) => each.split)),
      rounds: found.map((each) => ({ all: each.all, split: each.split })),
      checks: [
        check(
          'every model adds up to the conversions and the value of the file',
          off < 1e-9,
          `off by ${off} at most, relatively`,
        ),
        check(`at most ${MAX_SECONDS} s`, all.seconds <= MAX_SECONDS, `${all.seconds} s`),
        check(`at most ${MAX_MB} MB`, peak <= MAX_MB, `${peak} MB`),
      ],
    };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

export function attributionText(report: AttributionReport): string {
  const pass = (name: string, { seconds, cpuSeconds, peakRssMb }: Pass): string =>
    `  ${name.padEnd(22)}${seconds} s, ${cpuSeconds} s of processor time, ${peakRssMb} MB`;
  const ratios = report.rounds.map(({ all, split }) => round(all.cpuSeconds / split.cpuSeconds, 2));
  return [
    `attribution, ${report.rows} paths in ${report.fileMb} MB, whole processes`,
    pass(`all ${report.models} models`, report.all),
    pass('first_touch alone', report.one),
    pass('only splitting', report.split),
    `  ${'times splitting'.padEnd(22)}${ratios.join(', ')} (processor time, by round)`,
    ...report.checks.map(({ check, passed, found }) => `  ${passed ? 'ok  ' : 'FAIL'}  ${check}: ${found}`),
  ].join('\n');
}

async function measured(args: readonly string[]): Promise<{ pass: Pass; output: string }> {
  const begun = performance.now();
  const preload = `data:text/javascript,${encodeURIComponent(WATCH)}`;
  const child = spawn(process.execPath, ['--import', preload, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => output.push(part));
  child.stderr.on('data', (part: Buffer) => errors.push(part));
  const [code] = (await once(child, 'close')) as [number | null];
  const seconds = round((performance.now() - begun) / 1000, 2);
  const said = Buffer.concat(errors).toString();
  if (code !== 0) throw new Error(`a measured process ended with ${code}: ${said}`);
  const { cpu, rss } = JSON.parse(said.slice(said.lastIndexOf('\n'))) as { cpu: number; rss: number };
  const pass = { seconds, cpuSeconds: round(cpu, 2), peakRssMb: Math.round(rss) };
  return { pass, output: Buffer.concat(output).toString() };
}

interface Written {
  readonly conversions: number;
  readonly value: number;
}

/** Mean length 2.6, at most 24, every ninth converts: as the marketing data that other programs are measured with. */
function writePaths(file: string, rows: number): Written {
  const draw = drawOf(20_261_126);
  const out = fs.openSync(file, 'w');
  let piece = 'path,conversions,value,nulls,ages,milestones\n';
  let conversions = 0;
  let cents = 0;
  for (let i = 0; i < rows; i++) {
    const path: string[] = [];
    do path.push(CHANNELS[Math.min(11, Math.floor(-Math.log(1 - draw()) * 2.2))] ?? 'mi');
    while (path.length < 24 && draw() < 0.61);
    const names = path.join(' > ');
    if (draw() < 0.108) {
      const price = Math.floor(draw() * 100_000);
      let age = 0;
      const ages = path.map(() => (age += draw() * 10).toFixed(2)).reverse();
      const milestones = `lc=0;oc=${path.length >> 1};cw=${path.length - 1}`;
      piece += `${names},1,${(price / 100).toFixed(2)},0,${ages.join(' > ')},${milestones}\n`;
      conversions++;
      cents += price;
    } else piece += `${names},0,0,1,,\n`;
    if (piece.length > 1 << 20) {
      fs.writeSync(out, piece);
      piece = '';
    }
  }
  fs.writeSync(out, piece);
  fs.closeSync(out);
  return { conversions, value: cents / 100 };
}

/** The largest relative difference of a model's sums from what was written. */
function farthestOff(output: string, written: Written): number {
  const { models } = JSON.parse(output) as { models: Record<string, Record<keyof Written, Record<string, number>>> };
  const differences = Object.values(models).flatMap((credit) =>
    (['conversions', 'value'] as const).map((key) => {
      const sum = Object.values(credit[key]).reduce((whole, part) => whole + part, 0);
      return Math.abs(sum - written[key]) / written[key];
    }),
  );
  return Object.keys(models).length === MODELS.length ? Math.max(...differences) : Infinity;
}
