import { hash } from 'node:crypto';
import { canonicalize, type JsonValue } from '../canonical-json.js';
import { Malformed } from '../malformed.js';
import { isCount, isObject, onlyLineOf, parseCanonical } from './bundle-record.js';
import type { Files } from './zip.js';

/** What was asked for. What is null does not narrow it. */
export interface BundleScope {
  readonly brand: string;
  /** Ids of the chains of one person; more than one when others turned out to be them. */
  readonly subjects: readonly string[] | null;
  /** Id of a campaign. */
  readonly campaign: string | null;
  /** Entries appended from this instant on, and before that one: ISO 8601, UTC. */
  readonly from: string | null;
  readonly to: string | null;
}

/** Which part of a bundle this is that is too large for one file: its records have positions from `start` to before `end`. */
export interface Volume {
  /** Counted from 1. The first starts at 0, each at the end of the one before, and the last ends at the bundle's `size`. */
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

/** The table of contents of a bundle. */
export interface Manifest {
  readonly origin: string;
  readonly size: number;
  /** Size of the auditor's older checkpoint. */
  readonly since: number | null;
  readonly scope: BundleScope;
  /** Null when the bundle is one file. */
  readonly volume: Volume | null;
  /** How many records were asked for and are here, the others not counted. */
  readonly records: number;
  /** SHA-256 of every other file, hexadecimal. */
  readonly files: Readonly<Record<string, string>>;
}

export const MANIFEST = 'manifest.json';
const FORMAT = MANIFEST;
const VERSION = 'consent-gateway audit bundle, version 1';

export function writeManifest(about: Omit<Manifest, 'files'>, files: Files): Buffer {
  const { subjects, ...scope } = about.scope;
  const value = {
    ...{ format: VERSION, origin: about.origin, size: about.size, since: about.since, records: about.records },
    ...(about.volume === null ? {} : { volume: { ...about.volume } }),
    scope: { ...scope, subjects: subjects === null ? null : [...subjects] },
    files: Object.fromEntries([...files].map(([name, bytes]) => [name, sha256(bytes)])),
  };
  return Buffer.from(`${canonicalize(value)}\n`);
}

/** @throws Malformed for every text that `writeManifest` does not give. */
export function parseManifest(bytes: Buffer): Manifest {
  const value = parseCanonical(FORMAT, onlyLineOf(FORMAT, bytes));
  if (!isObject(value) || value['format'] !== VERSION) throw new Malformed(FORMAT, `not of ${VERSION}`);
  const { format: _, origin, size, since, records, scope, files, volume, ...rest } = value;
  if (Object.keys(rest).length > 0) throw incomplete();
  if (typeof origin !== 'string' || !isCount(size) || !isCount(records)) throw incomplete();
  if (since !== null && !isCount(since)) throw incomplete();
  if (!isObject(files) || !Object.values(files).every((one) => typeof one === 'string')) throw incomplete();
  return {
    ...{ origin, size, since, records, scope: readScope(scope), files: files as Manifest['files'] },
    volume: volume === undefined ? null : readVolume(volume, size),
  };
}

function readVolume(volume: JsonValue, size: number): Volume {
  if (!isObject(volume)) throw incomplete();
  const { number, start, end, ...rest } = volume;
  if (Object.keys(rest).length > 0) throw incomplete();
  if (!isCount(number) || !isCount(start) || !isCount(end)) throw incomplete();
  if (number === 0 || start >= end || end > size) throw incomplete();
  return { number, start, end };
}

function readScope(scope: JsonValue | undefined): BundleScope {
  if (!isObject(scope)) throw incomplete();
  const { brand, subjects = null, campaign, from, to, ...rest } = scope;
  if (Object.keys(rest).length > 0) throw incomplete();
  const isText = (value: JsonValue | undefined): value is string | null => value === null || typeof value === 'string';
  if (typeof brand !== 'string' || !isText(campaign) || !isText(from) || !isText(to)) throw incomplete();
  if (subjects === null) return { brand, subjects, campaign, from, to };
  if (!Array.isArray(subjects) || !subjects.every((one) => typeof one === 'string')) throw incomplete();
  if (subjects.length === 0) throw new Malformed(FORMAT, 'is of a person with no chain');
  return { brand, subjects, campaign, from, to };
}

export const sha256 = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex');

const incomplete = (): Malformed => new Malformed(FORMAT, 'something is missing or not of its form');
