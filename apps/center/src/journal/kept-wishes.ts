import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import {
  type Cell,
  cellKey,
  ConfirmationService,
  ConsentService,
  databaseNow,
  type PageEvidence,
  PreferenceService,
  type PreferenceView,
  readOptOutToken,
  readPageLink,
} from '#lib/consent';
import type { EpochMs } from '#lib/kernel';
import {
  Database,
  isDatabaseAway,
  KEY_RING,
  type KeyRing,
  type Logger,
  LOGGER,
  type ReadinessCheck,
  systemClock,
  Times,
  toIso,
} from '#lib/platform';
import { saidOn } from '../double-opt-in/said.js';
import { boxName } from '../preferences/box-name.js';
import { breakEnd } from '../preferences/break-end.js';
import type { Less } from '../preferences/domain/less.js';
import { zoneOf } from '../preferences/zones.js';
import { Words } from '../preferences/words.js';
import { wordingOf } from '../preferences/wording.js';
import { type Language, LANGUAGE_TAGS } from '../texts/texts.js';
import { clockAhead, inDatabaseTime } from './domain/database-time.js';
import type { KeptWish } from './domain/journal-line.js';
import { type CarriedOut, OptOutJournal } from './opt-out-journal.js';

const LOOK_AGAIN_MS = 2_000;
/** Files in one line of the log. */
const NAMED_AT_MOST = 20;

/** How a kept wish is told to have come about. */
interface Late {
  readonly id: string;
  readonly occurredAt: EpochMs;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Takes wishes to receive less while PostgreSQL is away, and carries them out when it is back. */
@Injectable()
export class KeptWishes implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();

  constructor(
    @Inject(OptOutJournal) private readonly journal: OptOutJournal,
    @Inject(ConsentService) private readonly consents: ConsentService,
    @Inject(PreferenceService) private readonly preferences: PreferenceService,
    @Inject(ConfirmationService) private readonly optIns: ConfirmationService,
    @Inject(Database) private readonly database: Database,
    @Inject(KEY_RING) private readonly keys: KeyRing,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.carryOutAll(), LOOK_AGAIN_MS);
    this.timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.round;
  }

  /** @param because what stands in the way of carrying it out now */
  async keep(wish: KeptWish, because: unknown): Promise<void> {
    tellOfTrouble(this.logger, because, 'a wish to leave cannot be carried out now, and is kept');
    await this.journal.keep(wish);
  }

  /** One round after the other. Never rejects: what cannot be carried out now is tried again. */
  carryOutAll(): Promise<void> {
    this.round = this.round.then(() => this.carryOutOnce());
    return this.round;
  }

  private async carryOutOnce(): Promise<void> {
    try {
      const { done, failures, setAside } = await this.journal.empty(
        (wish, id) => this.carryOut(wish, id),
        isDatabaseAway,
      );
      if (done > 0) this.logger.info({ count: done }, 'kept wishes to leave were carried out');
      if (setAside.length > 0) {
        const where = { count: setAside.length, folder: this.journal.folder, files: setAside.slice(0, NAMED_AT_MOST) };
        this.logger.error(where, 'kept wishes to leave are not of this MASTER_KEY and database, or damaged; set aside');
      }
      if (failures.length === 0) return;
      const err = new AggregateError(failures, `${failures.length} kept wishes to leave could not be carried out`);
      this.logger.error({ err }, 'kept wishes to leave could not be carried out, and stay');
    } catch (error) {
      if (!isDatabaseAway(error)) this.logger.error({ err: error }, 'kept wishes to leave could not be carried out');
    }
  }

  private async carryOut(wish: KeptWish, id: string): Promise<CarriedOut> {
    const { token, act, at, ip, userAgent } = wish;
    const before = systemClock.now();
    const now = await databaseNow(this.database.tx);
    const ahead = clockAhead({ before, after: systemClock.now() }, now);
    const delay = { kept: true, keptAt: toIso(at), clockCorrectedBySeconds: ahead / 1_000 };
    const late = { id, occurredAt: inDatabaseTime(at, ahead, now), details: { ip, userAgent, ...delay } };
    if (act === 'not_me') return this.deny(wish, { ...late, details: delay });
    if (act !== 'one_click') return this.carryOutOnPage(wish, late);
    const link = readOptOutToken(this.keys.links, token);
    if (link === null) return 'names_nobody';
    const evidence = { method: 'one_click', details: late.details };
    const left = await this.consents.withdrawByLink(link, evidence, late.occurredAt, id);
    return left === null ? 'names_nobody' : 'done';
  }

  /** What a button or the form of the page asked for. */
  private async carryOutOnPage(wish: KeptWish, late: Late): Promise<CarriedOut> {
    const { token, act, scope = null, at, words = null } = wish;
    // The link counts as it was when the wish was expressed.
    const link = readPageLink(this.keys.links, token, at);
    if (link === null) return 'names_nobody';
    const view = await this.preferences.view({ ...link, access: 'reduce' }, null);
    if (view === null) return 'names_nobody';
    const language = languageOf(wish);
    const scopeId = act === 'stop_all' ? null : (link.scopeId ?? scope);
    const button = act === 'leave' && scopeId === null ? 'stop_all' : act;
    const evidence: PageEvidence = {
      details: { ...late.details, language, asServed: words !== null },
      wording: wordingOf(new Words(language, view), button, link, wish.alone ?? true, words),
      occurredAt: late.occurredAt,
      wishId: late.id,
    };
    if (act === 'erase') await this.preferences.requestErasure(link, evidence);
    else {
      const request =
        wish.less !== undefined
          ? lessOn(view, wish.less, at, language)
          : scopeId === null
            ? ({ act: 'stop_all' } as const)
            : ({ act: 'leave', scopeId, pointId: link.contactPointId } as const);
      await this.preferences.apply(link, request, null, evidence);
    }
    // Where nothing came of it: whoever was erased has left, and who took another address does not get what is sent to
    // this one.
    return 'done';
  }

  private async deny(wish: KeptWish, { id, occurredAt, details }: Late): Promise<CarriedOut> {
    const { token, ip, userAgent, words = null } = wish;
    const language = languageOf(wish);
    const traces = { ip, userAgent, fetchSite: null, fetchMode: null };
    const said = saidOn('askNot', language, words, wish.alone ?? false);
    const denied = await this.optIns.deny(token, traces, said, { wishId: id, occurredAt, details });
    return denied === null ? 'names_nobody' : 'done';
  }
}

function languageOf({ language }: KeptWish): Language {
  return LANGUAGE_TAGS.find((tag) => tag === language) ?? 'en';
}

/** A form that was saved, as far as it lets less through: every box that is ticked now and was not unticked then stays. */
function lessOn(view: PreferenceView, { off, frequency, pause, zone }: Less, at: EpochMs, language: Language) {
  const isOff = (cell: Cell): boolean => off.includes(boxName(cell));
  const by = (zoneName: string): Times => new Times(language, zoneName, at);
  const clocks = { shown: by(zoneOf(view)), chosen: by(zoneOf(view, zone)) };
  const until = pause === null ? null : breakEnd(pause, clocks, at);
  return {
    act: 'save',
    onlyLess: true,
    ticked: new Set(view.cells.filter((cell) => cell.on && !isOff(cell)).map(cellKey)),
    unticked: new Set(view.cells.filter(isOff).map(cellKey)),
    ...(frequency !== null && { frequency }),
    ...(until !== null && { pausedUntil: until }),
  } as const;
}

/** Whether the next opt-out that PostgreSQL cannot take would be kept, and whether one waits for a person. */
export function journalCheck(journal: OptOutJournal): ReadinessCheck {
  return {
    name: 'opt-outs',
    run: async () => {
      const found = await journal.count().catch(() => null);
      if (found === null) {
        return { status: 'degraded', message: 'nothing can be kept in CENTER_JOURNAL_DIR while PostgreSQL is away' };
      }
      if (found.setAside === 0) return { status: 'up', ...found };
      const message = 'kept wishes to leave could not be read and are set aside in CENTER_JOURNAL_DIR';
      return { status: 'degraded', message, ...found };
    },
  };
}

/** A database that is away is to be expected; anything else is a fault of ours, which somebody must look at. */
export function tellOfTrouble(logger: Logger, trouble: unknown, what: string): void {
  if (isDatabaseAway(trouble)) logger.warn(`${what}: the database is away`);
  else logger.error({ err: trouble }, what);
}
