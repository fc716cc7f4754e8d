import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { DoubleOptInService, ErasedAgain, ImportService, LeftBefore, RetentionService } from '#lib/consent';
import { AuditExportService, LedgerService, SubjectHeads, trustPolicyOf } from '#lib/ledger';
import { CONFIG, type Config, type Logger, LOGGER } from '#lib/platform';
import {
  FeedExportService,
  InvariantService,
  KeptConsentsService,
  KeptMessagesService,
  KeptTouchesService,
} from '#lib/reporting';
import { ConfirmationMails, ErasureMails, EventDispatcher, RecallService, Reconciler } from '#lib/sending';
import { ErasedList } from './erased-list.js';

/** Confirmations that a crash left unsent, and requests to be erased that are not answered yet or whose
 * answer has arrived, are looked for this often. */
const MAILS_MS = 10_000;
/** Tasks for humans that their person does not want any more are looked for this often. */
const RECALLS_MS = 15_000;
/** What is over is cleared away this often; nobody waits for it. */
const CLEARING_MS = 10 * 60_000;
/** Whether a bundle was ordered is looked after this often. */
const EXPORTS_MS = 1_000;
/** What reports keep of touches is brought up to date this often, so that whoever asks for one finds little to do. */
const KEPT_TOUCHES_MS = 60_000;
/** How far each person's chain reaches is written into the log this often. */
const HEADS_MS = 3_600_000;
/** The tables that decisions read are compared with the log this often. */
const RECONCILE_MS = 24 * 3_600_000;
/** Who was erased is noted outside the database this often, and whoever is back is erased again. */
const ERASED_MS = 10_000;
/** All evidence is looked through this often. */
const EVIDENCE_MS = 24 * 3_600_000;

/** Keeps its house in order, in the background: sends what was left, clears away what is over, lets old evidence go. */
@Injectable()
export class Housekeeping {
  private readonly stopped = new AbortController();
  private rounds: Promise<void>[] = [];
  /** Undefined without the folder of the log. */
  private readonly erased: ErasedList | undefined;
  private erasing: Promise<unknown> = Promise.resolve();

  /** @throws Error when the list of the erased is damaged */
  constructor(
    @Inject(ConfirmationMails) private readonly mails: ConfirmationMails,
    @Inject(ErasureMails) private readonly erasureMails: ErasureMails,
    @Inject(DoubleOptInService) private readonly optIns: DoubleOptInService,
    @Inject(ImportService) private readonly imports: ImportService,
    @Inject(RetentionService) private readonly retention: RetentionService,
    @Inject(LeftBefore) private readonly leftBefore: LeftBefore,
    @Inject(ErasedAgain) erasures: ErasedAgain,
    @Inject(AuditExportService) private readonly exports: AuditExportService,
    @Inject(FeedExportService) private readonly feedExports: FeedExportService,
    @Inject(InvariantService) private readonly invariants: InvariantService,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(KeptTouchesService) private readonly keptTouches: KeptTouchesService,
    @Inject(KeptMessagesService) private readonly keptMessages: KeptMessagesService,
    @Inject(KeptConsentsService) private readonly keptConsents: KeptConsentsService,
    @Inject(SubjectHeads) private readonly heads: SubjectHeads,
    @Inject(EventDispatcher) private readonly events: EventDispatcher,
    @Inject(RecallService) private readonly recalls: RecallService,
    @Inject(Reconciler) private readonly reconciler: Reconciler,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.erased = config.LEDGER_DIR === undefined ? undefined : new ErasedList(config.LEDGER_DIR, erasures);
  }

  start(): void {
    // Each of the rounds listens once while it waits; Node takes more than ten for a leak.
    setMaxListeners(0, this.stopped.signal);
    this.rounds = [
      // Once after the update that made the list; then it is empty.
      this.every(0, CLEARING_MS, (signal) => this.leftBefore.record(signal)),
      this.every(MAILS_MS, MAILS_MS, () => this.mails.sendMissing()),
      this.every(MAILS_MS, MAILS_MS, () => this.erasureMails.sendMissing()),
      this.every(MAILS_MS, MAILS_MS, () => this.erasureMails.eraseTold()),
      this.every(RECALLS_MS, RECALLS_MS, () => this.recalls.round()),
      this.every(CLEARING_MS, CLEARING_MS, (signal) => this.optIns.purge(signal)),
      this.every(CLEARING_MS, CLEARING_MS, (signal) => this.retention.finishErasures(signal)),
      this.every(CLEARING_MS, EVIDENCE_MS, (signal) => this.retention.forgetOldEvidence(signal)),
      this.every(CLEARING_MS, CLEARING_MS, () => this.imports.forgetBrokenOff()),
      this.every(CLEARING_MS, CLEARING_MS, () => this.exports.expire()),
      this.every(CLEARING_MS, CLEARING_MS, () => this.feedExports.expire()),
      this.every(EXPORTS_MS, EXPORTS_MS, (signal) => this.makeFeedExports(signal)),
      this.every(CLEARING_MS, CLEARING_MS, () => this.events.forget()),
      this.every(CLEARING_MS, RECONCILE_MS, () => this.reconcile()),
      this.every(CLEARING_MS, RECONCILE_MS, () => this.checkReports()),
      this.every(KEPT_TOUCHES_MS, KEPT_TOUCHES_MS, (signal) => this.keptTouches.settleAll(signal)),
      this.every(KEPT_TOUCHES_MS, KEPT_TOUCHES_MS, (signal) => this.keptMessages.settleAll(signal)),
      this.every(KEPT_TOUCHES_MS, KEPT_TOUCHES_MS, (signal) => this.keptConsents.settleAll(signal)),
      // Twice as often as needed: a process that starts later finds it done, and one that died does not leave an hour out.
      this.every(CLEARING_MS, HEADS_MS / 2, () => this.heads.record(HEADS_MS / 2)),
    ];
    const folder = this.config.LEDGER_DIR;
    // Only those who have the folder of the log remember what the database may not, and know whom bundles say to trust.
    if (folder === undefined) return;
    this.rounds.push(this.every(0, ERASED_MS, (signal) => this.eraseAgain(signal)));
    this.rounds.push(this.every(EXPORTS_MS, EXPORTS_MS, (signal) => this.makeExports(folder, signal)));
  }

  private async reconcile(): Promise<void> {
    const { differences, entries } = await this.reconciler.run();
    if (differences.length === 0) return;
    const tables = [...new Set(differences.map(({ table }) => table))];
    this.logger.error(
      { tables, rows: differences.length, entries },
      'tables differ from the log; see consentctl ledger reconcile',
    );
  }

  private async checkReports(): Promise<void> {
    const differences = await this.invariants.check((tx, ids) => this.ledger.disclosures(tx, ids));
    if (differences.length === 0) return;
    this.logger.error({ differences: differences.slice(0, 20) }, 'reports do not add up; see consentctl reports check');
  }

  private async makeFeedExports(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await this.feedExports.buildNext()));
  }

  private async makeExports(folder: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await this.exports.buildNext(() => trustPolicyOf(folder))));
  }

  /** What must be done to a database before messages may leave by it. */
  async beforeRecognising(): Promise<void> {
    await this.eraseAgain();
    this.erased?.begin();
  }

  /** Erases again whom the database knows and the list of the erased names; one round at a time. */
  private async eraseAgain(signal?: AbortSignal): Promise<void> {
    const round = this.erasing.catch(() => undefined).then(() => this.erased?.round(signal) ?? 0);
    this.erasing = round;
    const again = await round;
    if (again > 0)
      this.logger.warn({ people: again }, 'a restored database knew people who had been erased; they are erased again');
  }

  /** Resolves when the rounds that run are over. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await Promise.all(this.rounds);
  }

  private async every(
    firstMs: number,
    pauseMs: number,
    round: (signal: AbortSignal) => Promise<unknown>,
  ): Promise<void> {
    const { signal } = this.stopped;
    for (let wait = firstMs; !signal.aborted; wait = pauseMs) {
      await sleep(wait, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await round(signal);
      } catch (error) {
        this.logger.error({ err: error }, 'a round of the housekeeping failed; the next follows');
      }
    }
  }
}
