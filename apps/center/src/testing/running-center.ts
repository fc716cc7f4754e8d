import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  ConsentService,
  ConfirmationService,
  makeConfirmToken,
  makeOptOutToken,
  type OptOutLink,
  PreferenceService,
} from '#lib/consent';
import type { BrandId, ContactPointId, MessageId } from '#lib/kernel';
import { createLogger, Database, deriveKeys, KEY_RING, LOGGER, readConfig, type ReadinessCheck } from '#lib/platform';
import { ContactMessages, ErasureWithdrawal, PersonExportService, TrackingService } from '#lib/sending';
import { CENTER_CONTROLLERS, CENTER_SERVICES } from '../center.module.js';
import { createApp } from '../create-app.js';
import { READINESS } from '../health/health.controller.js';
import { KeptWishes } from '../journal/kept-wishes.js';
import { OptOutJournal } from '../journal/opt-out-journal.js';
import { FreshLinks } from '../preferences/fresh-links.js';

const MASTER_KEY = 'Vq0mB6iT8x1rJ4eZ7yKc2wNf5sHu9aDgLpQoXtRvYbE=';
export const KEYS = deriveKeys(Buffer.from(MASTER_KEY, 'base64'));

/** The one link that names something. */
export const LINK: OptOutLink = {
  contactPointId: '01938f5e-7c1a-7abc-8def-000000000001' as ContactPointId,
  scopeId: '01938f5e-7c1a-7abc-8def-000000000002',
  messageId: '01938f5e-7c1a-7abc-8def-000000000003' as MessageId,
};
export const TOKEN = makeOptOutToken(KEYS.links, LINK);
/** A link of a double opt-in, about the same address. */
export const CONFIRM = makeConfirmToken(KEYS.links, {
  optInId: LINK.scopeId,
  contactPointId: LINK.contactPointId,
  brandId: LINK.messageId as string as BrandId,
});

type Evidence = Parameters<ConsentService['withdrawByLink']>[1];

/** What the real one does, as far as this door can see it: knows one link, and leaves once. */
export class FakeConsents {
  calls: { link: OptOutLink; evidence: Evidence }[] = [];
  language: string | null = 'de';
  inFlight = 0;
  isBroken = false;
  /** As when PostgreSQL does not answer. */
  isAway = false;
  /** Awaited before a wish is carried out. */
  delay: Promise<void> = Promise.resolve();

  async withdrawByLink(link: OptOutLink, evidence: Evidence): ReturnType<ConsentService['withdrawByLink']> {
    if (this.isBroken) throw new Error('the database is away');
    if (this.isAway) throw away();
    if (link.scopeId !== LINK.scopeId) return null;
    this.calls.push({ link, evidence });
    await this.delay;
    return { language: this.language, changed: this.calls.length === 1, inFlight: this.inFlight, started: [] };
  }
}

function away(): Error {
  return Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
}

/** The page cannot be read; what is left of it is the way out. */
const NO_PREFERENCES = {
  view: () => Promise.reject(away()),
  apply: () => Promise.reject(away()),
};

export interface RunningCenter {
  readonly url: string;
  readonly consents: FakeConsents;
  /** What was logged as an error, as text. */
  readonly errors: string[];
  databaseAnswers: boolean;
  /** Carries out what was kept. */
  carryOutKept(): Promise<void>;
  /** From now on nothing can be written to the journal. */
  breakJournal(): Promise<void>;
  close(): Promise<void>;
}

/** The center as it runs, with a consent service that has a memory instead of a database. */
export async function startCenter(centerUrl = 'https://center.nordlicht.example'): Promise<RunningCenter> {
  const config = readConfig({
    NODE_ENV: 'test',
    DATABASE_URL: 'postgresql://127.0.0.1/none',
    MASTER_KEY,
    CENTER_URL: centerUrl,
    LOG_LEVEL: 'silent',
  });
  const errors: string[] = [];
  const logger = createLogger('center', 'silent');
  logger.error = (...args: unknown[]) => void errors.push(asText(args));
  const database: ReadinessCheck = {
    name: 'database',
    run: () => (center.databaseAnswers ? Promise.resolve({ status: 'up' }) : Promise.reject(new Error('away'))),
  };
  const consents = new FakeConsents();
  const optIns = () => (consents.isAway ? Promise.reject(away()) : Promise.resolve(null));
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gateway-center-'));
  const app: NestFastifyApplication = await createApp(config, {
    module: class TestModule {},
    controllers: CENTER_CONTROLLERS,
    providers: [
      ...CENTER_SERVICES.filter((service) => service !== FreshLinks),
      { provide: FreshLinks, useValue: {} },
      { provide: PreferenceService, useValue: NO_PREFERENCES },
      { provide: ContactMessages, useValue: {} },
      { provide: ErasureWithdrawal, useValue: {} },
      { provide: PersonExportService, useValue: {} },
      { provide: TrackingService, useValue: {} },
      { provide: OptOutJournal, useValue: new OptOutJournal(folder, KEYS.secrets) },
      { provide: ConsentService, useValue: consents },
      // What is kept is told the time by the database.
      { provide: Database, useValue: { tx: { sql: () => Promise.resolve([{ now: Date.now() }]) } } },
      // Its pages are tested with what stands behind them, in test/journeys.
      {
        provide: ConfirmationService,
        useValue: { view: optIns, confirm: optIns, deny: optIns },
      },
      { provide: READINESS, useValue: [database] },
      { provide: KEY_RING, useValue: KEYS },
      { provide: LOGGER, useValue: logger },
    ],
  });
  await app.listen(0, '127.0.0.1');
  const center: RunningCenter = {
    url: await app.getUrl(),
    consents,
    errors,
    databaseAnswers: true,
    carryOutKept: () => app.get(KeptWishes).carryOutAll(),
    breakJournal: async () => {
      await rm(folder, { recursive: true, force: true });
      await writeFile(folder, 'a file where a folder was');
    },
    close: async () => {
      await app.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return center;
}

function asText(args: unknown[]): string {
  return JSON.stringify(args, (_key, value: unknown) =>
    value instanceof Error ? (value.stack ?? value.message) : value,
  );
}
