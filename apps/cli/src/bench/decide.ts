import { performance } from 'node:perf_hooks';
import { type CapRule, decide, type Facts, type Policy, rateLimits } from '#lib/decision';
import { reference } from '#lib/sending';

/** What was measured of the function alone, on one core. */
export interface DecideReport {
  readonly rules: number;
  readonly decisions: number;
  readonly outcomes: Readonly<Record<string, number>>;
  /** By the processor time of the process, garbage collection on other cores included. */
  readonly perCoreSecond: number;
  /** By the clock on the wall, which others slow down. */
  readonly perSecond: number;
  /** Of single decisions, in microseconds, the clock's own share included. */
  readonly p50Us: number;
  readonly p99Us: number;
  /** Memory that one decision allocates, most of which is garbage at once; the median over runs without a collection. */
  readonly bytes: number;
  /** Processor time of a loop that is the same for ever, in milliseconds: how fast the machine was at that moment. */
  readonly plainLoopMs: number;
  readonly node: string;
}

const DAY = 86_400_000;
const START = Date.UTC(2026, 10, 21);
const ZONES = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', null, 'Africa/Cairo'];
/** The loop is measured in rounds of this length, and the best round counts: the machine may not be quiet. */
const ROUNDS = 5;
const WARM_UP = 20_000;

/** Decides over and over about facts that are in memory, by a policy of 20 rules. */
export function measureDecide({ decisions }: { readonly decisions: number }): DecideReport {
  const policy = policyOf20Rules();
  const cases = Array.from({ length: 240 }, (_, i) => caseOf(i, policy));
  const outcomes: Record<string, number> = {};
  const once = (i: number): string => {
    const one = cases[i % cases.length];
    return one === undefined ? '' : decide(one.facts, policy, one.now, reference).outcome;
  };
  for (let i = 0; i < WARM_UP; i++) once(i);

  let best = Infinity;
  let bestCpu = Infinity;
  const perRound = Math.ceil(decisions / ROUNDS);
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    const cpu = process.cpuUsage();
    for (let i = 0; i < perRound; i++) {
      const outcome = once(i);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
    best = Math.min(best, performance.now() - begun);
    const { user, system } = process.cpuUsage(cpu);
    bestCpu = Math.min(bestCpu, (user + system) / 1000);
  }

  const singles = new Float64Array(Math.min(perRound, 100_000));
  for (let i = 0; i < singles.length; i++) {
    const begun = performance.now();
    once(i);
    singles[i] = (performance.now() - begun) * 1000;
  }
  singles.sort();
  const quantile = (q: number): number => round2(singles[Math.floor(q * (singles.length - 1))] ?? NaN);
  return {
    rules: policy.caps.length + policy.quietHours.length + policy.rates.length,
    decisions: perRound * ROUNDS,
    outcomes,
    perCoreSecond: Math.round((perRound / bestCpu) * 1000),
    perSecond: Math.round((perRound / best) * 1000),
    p50Us: quantile(0.5),
    p99Us: quantile(0.99),
    bytes: bytesPerDecision(once, cases.length),
    plainLoopMs: plainLoopMs(),
    node: process.version,
  };
}

function bytesPerDecision(once: (i: number) => string, cases: number): number {
  const measured: number[] = [];
  for (let run = 0; run < 40; run++) {
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < cases; i++) once(i);
    const grown = process.memoryUsage().heapUsed - before;
    // Where the collector came in between, nothing can be told.
    if (grown > 0) measured.push(grown / cases);
  }
  measured.sort((a, b) => a - b);
  return Math.round(measured[measured.length >> 1] ?? NaN);
}

const LOOP_STEPS = 100_000_000;

/** Adds and multiplies integers; nothing in it will ever be made faster. */
function plainLoopMs(): number {
  const cpu = process.cpuUsage();
  let x = 1;
  for (let i = 0; i < LOOP_STEPS; i++) x = (Math.imul(x, 1_103_515_245) + 12_345) | 0;
  const { user, system } = process.cpuUsage(cpu);
  // Looked at, so that the loop is not left out.
  return x === 0 ? NaN : Math.round((user + system) / 1000);
}

export function decideText(report: DecideReport): string {
  const outcomes = Object.entries(report.outcomes).map(([name, n]) => `${name} ${n}`);
  return [
    `${report.perCoreSecond.toLocaleString('en')} decisions per second of processor time, ${report.rules} rules, facts in memory`,
    `${report.perSecond.toLocaleString('en')} decisions/s by the clock`,
    `one decision: p50 ${report.p50Us} µs, p99 ${report.p99Us} µs, ${report.bytes.toLocaleString('en')} bytes allocated`,
    `a plain loop of 100 million steps at that moment: ${report.plainLoopMs} ms of processor time`,
    `${report.decisions.toLocaleString('en')} decisions (${outcomes.join(', ')}), Node ${report.node}`,
  ].join('\n');
}

/** Eight caps, eight quiet hours and four rates, as a large sender would have them. */
function policyOf20Rules(): Policy {
  const cap = (id: string, change: Partial<CapRule>): CapRule => ({
    id,
    scope: 'any',
    limit: 4,
    window: 'P7D',
    action: 'defer',
    classes: { bound: ['commercial'], counted: ['commercial'] },
    ...change,
  });
  const night = (id: string, start: string, end: string, days: readonly (1 | 2 | 3 | 4 | 5 | 6 | 7)[]) => ({
    id,
    channels: ['email', 'sms'] as const,
    classes: ['commercial'] as const,
    windows: [{ days, start, end }],
    action: 'defer' as const,
  });
  const week = [1, 2, 3, 4, 5, 6, 7] as const;
  const rate = (id: string, scope: 'brand' | 'channel' | 'provider' | 'campaign') => ({
    id,
    scope,
    permits: 100,
    interval: 'PT1S',
    burst: 50,
  });
  return {
    key: 'bench',
    version: 1,
    caps: [
      cap('day', { limit: 3, window: 'P1D' }),
      cap('week', { limit: 12 }),
      cap('fortnight', { limit: 20, window: 'P14D' }),
      cap('month', { limit: 30, window: 'P30D' }),
      cap('topic', { scope: 'topic', limit: 5 }),
      cap('channel', { scope: 'channel', limit: 10 }),
      cap('purpose', { scope: 'purpose', limit: 15 }),
      cap('campaign', { scope: 'campaign', limit: 2, window: 'P1D', action: 'drop' }),
    ],
    quietHours: [
      night('night', '21:00', '08:00', week),
      night('late-night', '22:00', '06:00', week),
      night('early', '00:00', '07:30', [1, 2, 3, 4, 5]),
      night('saturday', '00:00', '09:00', [6]),
      night('sunday', '00:00', '10:00', [7]),
      night('lunch', '12:00', '13:00', [1, 2, 3, 4, 5]),
      night('siesta', '14:00', '14:30', [6]),
      night('mass', '10:00', '11:00', [7]),
    ],
    rates: [
      rate('brand', 'brand'),
      rate('channel', 'channel'),
      rate('provider', 'provider'),
      rate('campaign', 'campaign'),
    ],
    jurisdiction: { packs: 'none', reason: 'nobody is written to', actor: 'bench' },
  };
}

/** Days and nights, in and out of caps, in several zones; two in sixteen cannot leave at all. */
function caseOf(i: number, policy: Policy): { readonly facts: Facts; readonly now: number } {
  const now = START + (i % 24) * 3_600_000 + i * 60_000;
  const consent = { status: 'confirmed', since: START - 300 * DAY, validUntil: null, eventId: `event-${i}` } as const;
  const limits = rateLimits(policy, { brand: 'b', channel: 'email', provider: 'smtp', campaign: 'autumn' });
  return {
    now,
    facts: {
      message: { class: 'commercial', channel: 'email', sendAt: null, expiresAt: now + 3 * DAY },
      contact: { zone: ZONES[i % ZONES.length] ?? null, erased: false, pausedUntil: i % 16 === 3 ? now + DAY : null },
      contactPoint: { valid: true },
      brand: { zone: 'Europe/Berlin' },
      purpose: { key: 'commercial', enforcement: 'restrictive' },
      topic: { key: 'newsletter' },
      campaign: { key: 'autumn', status: 'active' },
      consent: { purpose: consent, topic: i % 16 === 5 ? null : consent },
      suppressions: i % 16 === 9 ? [{ reason: 'bounce', since: START - DAY }] : [],
      capUses: Array.from({ length: i % 12 }, (_, n) => ({
        at: now - (n + 1) * 1.1 * DAY,
        channel: 'email' as const,
        class: 'commercial' as const,
        purpose: 'commercial',
        topic: n % 2 === 0 ? 'newsletter' : 'events',
        campaign: n % 3 === 0 ? 'autumn' : null,
      })),
      // Written out, as the gateway does: what is built by spreading is a shape of its own to the runtime each time.
      rates: limits.map(({ rule, scope, key, emissionIntervalUs, burst }) => ({
        rule,
        scope,
        key,
        emissionIntervalUs,
        burst,
        tat: (now - 1000) * 1000,
      })),
    },
  };
}

function round2(n: number): number {
  return Math.round(n * 100) / 100;
}
