import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type AuditReport, type AuditStep, type LogSource, Unavailable, writeDurably } from '#lib/ledger';
import { systemClock } from '#lib/platform';
import {
  consistencyPath,
  consistencyProof,
  hashesInTiles,
  judgeCheckpoint,
  Malformed,
  parseSignedCheckpoint,
  seenAs,
  type SignedCheckpoint,
  tilePath,
  tilesFor,
  TILE_WIDTH,
  tilesOf,
  type TrustPolicy,
  verifyConsistency,
} from '#lib/proof';
import { makeFolder } from '../database/make-folder.js';
import { CommandEnd, parseCommandLine } from '../command.js';
import { readCheckpoint, readPolicy } from './check.js';
import { aloneIn, type FolderLock } from './folder-lock.js';
import { readNewEntries } from './new-entries.js';
import { progressBar, tell } from './report.js';
import { SOURCE_HELP, withSource } from './sources.js';

const source = z.string('which log?').min(1).describe(SOURCE_HELP);
const json = z.boolean().default(false).describe('for programs');
const policy = z.string('whom do you trust? --policy FILE').min(1).describe('whom to trust (tlog-policy)');

const CONSISTENCY = {
  name: 'ledger consistency',
  summary: 'checks that a log continues the one of an older checkpoint; reads a few tiles and no entry',
  options: z.object({
    older: z.string('which checkpoint?').min(1).describe('file with the older checkpoint'),
    source,
    policy,
    json,
  }),
  positionals: ['older', 'source'] as const,
};

export async function consistency(argv: readonly string[]): Promise<number> {
  const options = parseCommandLine(CONSISTENCY, argv);
  const from = readCheckpoint(options.older);
  const trust = readPolicy(options.policy);
  const { report } = await withSource(options.source, (log) => look(log, trust, from));
  return tell(report, options.json);
}

const EXPORT = {
  name: 'ledger export-static',
  summary: 'writes a published log into a folder that any web server can serve; again, it adds what is new',
  options: z.object({
    folder: z.string('which folder?').min(1).describe('where to write'),
    from: z.string().min(1).default('database').describe(SOURCE_HELP),
    json,
  }),
  positionals: ['folder'] as const,
};

export async function exportStatic(argv: readonly string[]): Promise<number> {
  const { folder, from, json: asJson } = parseCommandLine(EXPORT, argv);
  const { size, written } = await withSource(from, async (log) => {
    if ((await orUnavailable(() => log.checkpoint())) === null) throw new CommandEnd('Nothing is published yet.', 2);
    // What is published is looked up once nobody else writes there: an older checkpoint must not replace a newer one.
    return aloneIn(folder, (lock) => copy(log, folder, lock));
  });
  if (asJson) console.log(JSON.stringify({ size, written }));
  else console.log(`${folder}: ${size} entries, ${written} files written`);
  return 0;
}

/** The checkpoint goes last: what it promises is there by then. */
async function copy(log: LogSource, folder: string, lock: FolderLock): Promise<{ size: number; written: number }> {
  const note = await orUnavailable(() => log.checkpoint());
  if (note === null) throw new CommandEnd('Nothing is published yet.', 2);
  const now = parseSignedCheckpoint(note);
  const { size } = now.checkpoint;
  // What is there already may be all that shows what a log once had: only what continues it is added.
  const place = path.join(folder, 'checkpoint');
  const before = fs.existsSync(place) ? readCheckpoint(place) : null;
  const keptSize = before?.checkpoint.size ?? 0;
  const problem = before === null ? null : await orUnavailable(() => growth(log, before, now));
  if (problem !== null) throw new CommandEnd(`${folder} holds a copy that this log does not continue: ${problem}. Nothing was written; name another folder.`, 1); // prettier-ignore
  const bar = progressBar();
  let written = 0;
  for (const tile of tilesOf(size)) {
    const names = [tilePath(tile), ...(tile.level === 0 ? [tilePath({ ...tile, level: 'entries' })] : [])];
    for (const name of names) {
      const file = path.join(folder, name);
      // What lies beyond what the checkpoint there promises may be left of a run that was broken off, and of another log.
      const isPromised = (tile.index * TILE_WIDTH + tile.width) * TILE_WIDTH ** tile.level <= keptSize;
      if (isPromised && fs.existsSync(file)) continue;
      const bytes = await orUnavailable(() => log.read(name));
      if (bytes === null) throw new CommandEnd(`${name} is missing in the log.`, 1);
      lock.goOn();
      makeFolder(path.dirname(file));
      // Whole or not at all: a name says what is in it for ever.
      fs.writeFileSync(`${file}.new`, bytes);
      fs.renameSync(`${file}.new`, file);
      written += 1;
    }
    if (tile.level === 0) bar(tile.index * 256 + tile.width, size);
  }
  lock.goOn();
  writeDurably(place, note);
  fs.chmodSync(place, 0o644);
  return { size, written: written + 1 };
}

const MONITOR = {
  name: 'ledger monitor',
  summary: 'follows a log as an outsider, reads every new entry, and ends with 1 at the first thing that does not hold',
  options: z.object({
    source,
    policy,
    state: z
      .string('where to remember?')
      .min(1)
      .describe('file with the last checkpoint that held; made at the first look'),
    interval: z.coerce.number().min(1).default(60).describe('seconds between two looks'),
    once: z.boolean().default(false).describe('look once'),
    fresh: z.coerce.number().min(1).default(3600).describe('seconds within which a witness must have seen the log'),
    json,
  }),
  positionals: ['source'] as const,
};

export async function monitor(argv: readonly string[]): Promise<number> {
  const options = parseCommandLine(MONITOR, argv);
  const trust = readPolicy(options.policy);
  for (;;) {
    const before = fs.existsSync(options.state) ? readCheckpoint(options.state) : null;
    const found = await withSource(options.source, (log) => look(log, trust, before, options.fresh, true));
    if (found.note !== null && found.report.verdict === 'holds') writeDurably(options.state, found.note);
    const exitCode = tell(found.report, options.json);
    if (options.once || found.report.verdict === 'fails') return exitCode;
    await sleep(options.interval * 1_000);
  }
}

/** One look at a log: who has signed, when it was witnessed, and whether it continues what was seen before. */
async function look(
  log: LogSource,
  trust: TrustPolicy,
  before: SignedCheckpoint | null,
  freshSeconds = Infinity,
  readsEntries = false,
): Promise<{ readonly note: string | null; readonly report: AuditReport }> {
  const steps: AuditStep[] = [];
  const step = (name: string, problem: string | null): void => {
    steps.push({ step: name, result: problem === null ? 'holds' : 'fails', problem: problem ?? '' });
  };
  let note: string | null = null;
  let now: SignedCheckpoint | null = null;
  try {
    note = await log.checkpoint();
    if (note === null) throw new Unavailable('no log is published there');
    now = parseSignedCheckpoint(note);
    step('checkpoint', null);
    const judged = judgeCheckpoint(trust, now);
    step('log', judged.log.holds ? null : judged.log.problem);
    step('witnesses', judged.quorum.holds ? null : judged.quorum.problem);
    if (trust.quorum !== null && freshSeconds !== Infinity) {
      const isFresh = (judged.seen?.last ?? -Infinity) >= systemClock.now() - freshSeconds * 1_000;
      step('fresh', isFresh ? null : `the witnesses of the quorum have not seen it within ${freshSeconds} seconds`);
    }
    if (before !== null) step('consistency', await growth(log, before, now));
    const hasGrown = before === null || before.checkpoint.size <= now.checkpoint.size;
    if (readsEntries && hasGrown) {
      const seen = [before, now].flatMap((one) => (one === null ? [] : seenAs(trust, one)));
      steps.push(...(await readNewEntries(log, before?.checkpoint ?? null, now.checkpoint, seen)));
    }
  } catch (error) {
    if (error instanceof Malformed) step('consistency', error.message);
    else if (error instanceof Unavailable) steps.push({ step: 'source', result: 'unchecked', problem: error.message });
    else throw error;
  }
  const verdict = steps.some(({ result }) => result === 'fails')
    ? 'fails'
    : steps.some(({ result }) => result === 'unchecked')
      ? 'unchecked'
      : 'holds';
  return {
    note,
    report: { verdict, origin: now?.checkpoint.origin ?? null, size: now?.checkpoint.size ?? null, steps },
  };
}

async function growth(log: LogSource, before: SignedCheckpoint, now: SignedCheckpoint): Promise<string | null> {
  const [from, to] = [before.checkpoint, now.checkpoint];
  if (from.origin !== to.origin) return `the older checkpoint is of ${from.origin}`;
  if (from.size > to.size) return `it has shrunk from ${from.size} entries to ${to.size}`;
  const tiles = new Map<string, Buffer>();
  for (const tile of tilesFor(consistencyPath(from.size, to.size), to.size)) {
    const bytes = await log.read(tilePath(tile));
    if (bytes !== null) tiles.set(tilePath(tile), bytes);
  }
  const proof = consistencyProof(
    from.size,
    to.size,
    hashesInTiles(to.size, (tile) => tiles.get(tilePath(tile))),
  );
  const check = verifyConsistency({ from, to }, proof);
  return check.holds ? null : check.problem;
}

async function orUnavailable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Unavailable) throw new CommandEnd(`${error.message}.`, 2);
    throw error;
  }
}
