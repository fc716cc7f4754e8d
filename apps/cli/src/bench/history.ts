import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { LedgerService } from '#lib/ledger';
import { Database, deriveKeys, readConfig, systemClock } from '#lib/platform';
import type { BacktestReport, ReplayCounts } from '#lib/sending';
import { type Latency, latencyOf, round } from './figures.js';
import { GatewayUnderTest } from './gateway-under-test.js';
import { Past } from './past.js';
import { seed } from './seed.js';

/** What a whole process took from its start to its end. */
interface Pass {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakRssMb: number;
}

export interface HistoryReport {
  readonly bench: 'history';
  readonly decisions: number;
  /** `consentctl backtest` on the first quarter of them, and on all. */
  readonly quarter: Pass;
  readonly all: Pass;
  readonly backtest: Pick<BacktestReport, 'decisions' | 'total' | 'unjudged'>;
  readonly replay: Pass & ReplayCounts;
  /** `POST /v1/policies:backtest` with the same draft; it stops at its limit and says so. */
  readonly http: {
    readonly seconds: number;
    readonly decisions: number;
    readonly complete: boolean;
    readonly peakRssBeforeMb: number;
    readonly peakRssMb: number;
    /** Of `GET /livez` by somebody else, in milliseconds: before it for some seconds, and meanwhile. */
    readonly othersBefore: Latency;
    readonly others: Latency;
  };
  readonly checks: readonly { readonly check: string; readonly passed: boolean; readonly found: string }[];
}

const PEOPLE = 5_000;
const MOST_GROWTH_MB = 100;
const CALM_MS = 5_000;
const WATCH = `process.on('exit',()=>{const u=process.resourceUsage();process.stderr.write('\\n'+JSON.stringify({cpu:(u.userCPUTime+u.systemCPUTime)/1e6,rss:u.maxRSS/1024}))})`;
const CLASSES = { bound: ['commercial'], counted: ['commercial'] };
const NIGHT = { days: [1, 2, 3, 4, 5, 6, 7], start: '20:00', end: '08:00' };
/** Stricter than the past in every kind of rule, so that it has to remember and to hold. */
const DRAFT = {
  caps: [
    { id: 'weekly', scope: 'any', limit: 3, window: 'P7D', action: 'drop', classes: CLASSES },
    {
      id: 'daily',
      scope: 'any',
      limit: 1,
      window: { unit: 'day', zone: 'contact' },
      action: 'defer',
      classes: CLASSES,
    },
  ],
  quietHours: [{ id: 'night', channels: ['email'], classes: ['commercial'], windows: [NIGHT], action: 'defer' }],
  rates: [{ id: 'pace', scope: 'brand', permits: 1000, interval: 'PT1H', burst: 100 }],
  jurisdiction: { packs: 'none', reason: 'nobody is written to', actor: 'bench' },
};

/** Writes twelve weeks of decisions into the log of a gateway of its own, makes them again, and tries a draft on them. */
export async function measureHistory(
  { decisions, html }: { readonly decisions: number; readonly html: string | undefined },
  log: (line: string) => void,
): Promise<HistoryReport> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'consent-gateway-history-'));
  try {
    return await GatewayUnderTest.measured('postgres', log, async (gateway) => {
      const { apiKey } = await seed(gateway.settings, PEOPLE);
      const config = readConfig({ ...gateway.settings });
      const { ledgerKek, ledgerMac } = deriveKeys(config.MASTER_KEY);
      const database = new Database({ url: gateway.databaseUrls.app, max: 2, name: 'bench' });
      const draft = path.join(folder, 'draft.json');
      fs.writeFileSync(draft, JSON.stringify(DRAFT));
      const backtested = (more: readonly string[] = []) =>
        measured(['backtest', '--policy', draft, '--json', ...more], gateway.settings);
      try {
        const ledger = new LedgerService({ kek: ledgerKek, macKey: ledgerMac });
        const past = await Past.of(database, ledger, decisions, systemClock.now());
        log(`writing ${decisions / 4} decisions ...`);
        await past.write(decisions / 4);
        await untilPlaced(gateway);
        log('a backtest of them ...');
        const quarter = await backtested();
        log(`writing ${decisions} decisions ...`);
        const written = await past.write(decisions);
        await untilPlaced(gateway);
        log('a backtest of them ...');
        const all = await backtested(html === undefined ? [] : ['--html', html]);
        log('a replay of them ...');
        const again = await measured(['replay', '--json'], gateway.settings);
        log('a backtest over HTTP ...');
        const http = await overHttp(gateway, apiKey);
        const report = JSON.parse(all.output) as BacktestReport;
        const counts = JSON.parse(again.output.trimEnd().split('\n').at(-1) ?? '{}') as ReplayCounts;
        const check = (name: string, passed: boolean, found: string) => ({ check: name, passed, found });
        const grown = all.pass.peakRssMb - quarter.pass.peakRssMb;
        return {
          bench: 'history',
          decisions: written,
          quarter: quarter.pass,
          all: all.pass,
          backtest: { decisions: report.decisions, total: report.total, unjudged: report.unjudged },
          replay: { ...again.pass, ...counts },
          http,
          checks: [
            check('every decision was tried', report.decisions === written, `${report.decisions} of ${written}`),
            check(
              'every decision comes out the same',
              counts.same === written && counts.different === 0,
              `${counts.same} of ${written}`,
            ),
            check(
              `four times as many take at most ${MOST_GROWTH_MB} MB more`,
              grown <= MOST_GROWTH_MB,
              `${quarter.pass.peakRssMb} and ${all.pass.peakRssMb} MB`,
            ),
          ],
        };
      } finally {
        await database.close();
      }
    });
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

export function historyText(report: HistoryReport): string {
  const pass = (name: string, { seconds, cpuSeconds, peakRssMb }: Pass): string =>
    `  ${name.padEnd(22)}${seconds} s, ${cpuSeconds} s of processor time, ${peakRssMb} MB at the peak`;
  const { http, backtest, replay } = report;
  return [
    `the past, ${report.decisions.toLocaleString('en')} decisions of twelve weeks about ${PEOPLE.toLocaleString('en')} people`,
    pass('backtest, a quarter', report.quarter),
    pass('backtest, all', report.all),
    `  ${''.padEnd(22)}of ${backtest.total.happened.sent} sent ${backtest.total.lost} lost, ${backtest.total.later} later, ${backtest.unjudged} not judged`,
    pass('replay, all', replay),
    `  ${'backtest over HTTP'.padEnd(22)}${http.seconds} s for ${http.decisions} decisions, the api at ${http.peakRssMb} MB (${http.peakRssBeforeMb} before); others p50 ${http.others.p50}, p99 ${http.others.p99} ms (${http.othersBefore.p50}, ${http.othersBefore.p99} before)`,
    ...report.checks.map(({ check, passed, found }) => `  ${passed ? 'ok  ' : 'FAIL'}  ${check}: ${found}`),
  ].join('\n');
}

async function measured(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ readonly pass: Pass; readonly output: string }> {
  const begun = performance.now();
  const main = fileURLToPath(new URL('../main.js', import.meta.url));
  const preload = `data:text/javascript,${encodeURIComponent(WATCH)}`;
  const child = spawn(process.execPath, ['--import', preload, main, ...argv], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (part: Buffer) => output.push(part));
  child.stderr.on('data', (part: Buffer) => errors.push(part));
  const [code] = (await once(child, 'close')) as [number | null];
  const said = Buffer.concat(errors).toString();
  if (code !== 0) throw new Error(`consentctl ${argv[0]} ended with ${code}: ${said.slice(-2000)}`);
  const { cpu, rss } = JSON.parse(said.slice(said.lastIndexOf('\n'))) as { cpu: number; rss: number };
  const seconds = round((performance.now() - begun) / 1000, 1);
  const pass = { seconds, cpuSeconds: round(cpu, 1), peakRssMb: Math.round(rss) };
  return { pass, output: Buffer.concat(output).toString() };
}

async function overHttp(gateway: GatewayUnderTest, apiKey: string): Promise<HistoryReport['http']> {
  const peak = async (): Promise<number> => Math.round((await gateway.api.usage()).peakRssBytes / 1e6);
  const peakRssBeforeMb = await peak();
  const watch = async (isOver: () => boolean): Promise<Latency> => {
    const waited: number[] = [];
    while (!isOver()) {
      const asked = performance.now();
      await (await fetch(`${gateway.apiUrl}/livez`)).text();
      waited.push(performance.now() - asked);
      await sleep(20);
    }
    return latencyOf(waited);
  };
  const calmUntil = performance.now() + CALM_MS;
  const othersBefore = await watch(() => performance.now() > calmUntil);
  const begun = performance.now();
  let isOver = false;
  const watching = watch(() => isOver);
  const response = await fetch(`${gateway.apiUrl}/v1/policies:backtest`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ policy: DRAFT }),
  });
  const answer = (await response.json()) as { decisions: number; complete: boolean };
  const seconds = round((performance.now() - begun) / 1000, 1);
  isOver = true;
  const others = await watching;
  if (response.status !== 200) throw new Error(`the api answered ${response.status}: ${JSON.stringify(answer)}`);
  const { decisions, complete } = answer;
  return { seconds, decisions, complete, peakRssBeforeMb, peakRssMb: await peak(), othersBefore, others };
}

/** Until every entry has its position. */
async function untilPlaced({ adminUrl }: GatewayUnderTest): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    for (;;) {
      const { rows } = await client.query<{ n: string }>('SELECT coalesce(sum(count), 0) AS n FROM ledger.pending');
      if (rows[0]?.n === '0') return;
      await sleep(100);
    }
  } finally {
    await client.end();
  }
}
