import { Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { Gauge, Histogram, register as processRegistry, Registry } from 'prom-client';
import { erasureOrderStore } from '#lib/consent';
import { LedgerService, PublishedLog, reconciliationStore } from '#lib/ledger';
import { Database, systemClock } from '#lib/platform';
import { pipelineFigures } from '#lib/sending';

/** Counting every message is not for each scrape. */
const FIGURES_FRESH_MS = 30_000;
const LATENCY_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What this process measures. Labels are words of the product, never ids or addresses. */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  private readonly requests: Histogram;
  private readonly messages: Gauge;
  private readonly unaccounted: Gauge;
  private readonly circuits: Gauge;
  private readonly due: Gauge;
  private readonly oldestDue: Gauge;
  private readonly pendingEntries: Gauge;
  private readonly oldestEntry: Gauge;
  private readonly publishedEntries: Gauge;
  private readonly unpublishedEntries: Gauge;
  private readonly checkpointAge: Gauge;
  private readonly publisherStopped: Gauge;
  private readonly quarantined: Gauge;
  private readonly differences: Gauge;
  private readonly reconciledAge: Gauge;
  private readonly erasures: Gauge;
  private figuresAt = -Infinity;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(PublishedLog) private readonly log: PublishedLog,
  ) {
    const gauge = (name: string, help: string, labelNames: string[] = []) =>
      new Gauge({ name, help, labelNames, registers: [this.registry] });
    this.requests = new Histogram({
      name: 'gateway_http_request_seconds',
      help: 'Requests by route and status, with the time to their answer',
      labelNames: ['method', 'route', 'status'],
      buckets: LATENCY_SECONDS,
      registers: [this.registry],
    });
    this.messages = gauge(
      'gateway_messages',
      'Messages by channel, status and reason; their sum is everything that was accepted',
      ['channel', 'status', 'reason'],
    );
    this.unaccounted = gauge(
      'gateway_messages_unaccounted',
      'Accepted requests less messages in every state: 0, or something was lost',
    );
    this.circuits = gauge(
      'gateway_provider_circuits',
      'Provider accounts to which nothing (open) or one message at a time (half_open) is handed over',
      ['channel', 'state'],
    );
    this.due = gauge('gateway_messages_due', 'Messages that could be attempted now');
    this.oldestDue = gauge('gateway_messages_due_oldest_seconds', 'How long the first of them has waited');
    this.pendingEntries = gauge('gateway_ledger_pending_entries', 'Ledger entries that wait for a position');
    this.oldestEntry = gauge('gateway_ledger_pending_oldest_seconds', 'How long the first of them has waited');
    this.publishedEntries = gauge('gateway_ledger_published_entries', 'Ledger entries in the newest signed checkpoint');
    this.unpublishedEntries = gauge('gateway_ledger_unpublished_entries', 'Ledger entries with a position and in none');
    this.checkpointAge = gauge('gateway_ledger_checkpoint_age_seconds', 'How long ago the newest one was signed');
    this.quarantined = gauge('gateway_ledger_quarantined_entries', 'Ledger entries that were set aside, ever');
    this.differences = gauge(
      'gateway_integrity_differences',
      'Rows in which what decisions read differs from the log; 0, or something was changed behind its back',
    );
    this.reconciledAge = gauge('gateway_integrity_age_seconds', 'How long ago the two were compared; -1: never');
    this.erasures = gauge(
      'gateway_erasures',
      'People who wait to be erased, by who asked for it (page, order) and state (waiting, due_soon, overdue); overdue: 0, or a legal deadline is missed',
      ['asked', 'state'],
    );
    this.publisherStopped = gauge('gateway_ledger_publisher_stopped', '1 while something forbids to sign the log');
  }

  /** Measures every request of the server. */
  observe(fastify: FastifyInstance): void {
    fastify.addHook('onResponse', async (request, reply) => {
      const route = request.routeOptions.url ?? 'none';
      this.requests.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    });
  }

  /** Everything in Prometheus' text format, with what libs and Node register for the process. */
  async text(): Promise<{ contentType: string; body: string }> {
    await this.refresh();
    const merged = Registry.merge([processRegistry, this.registry]);
    return { contentType: merged.contentType, body: await merged.metrics() };
  }

  private async refresh(): Promise<void> {
    const backlog = await this.ledger.backlog(this.database.tx);
    this.pendingEntries.set(backlog.pending);
    this.oldestEntry.set((backlog.oldestAgeMs ?? 0) / 1000);
    const published = await this.log.figures();
    this.publishedEntries.set(published.size);
    this.unpublishedEntries.set(published.unpublished);
    this.checkpointAge.set(published.ageMs / 1000);
    this.quarantined.set(published.quarantined);
    const compared = await reconciliationStore.last(this.database.tx);
    this.differences.set(compared?.differences ?? 0);
    this.reconciledAge.set(compared === null ? -1 : (systemClock.now() - compared.at) / 1000);
    this.publisherStopped.set(published.problem === null ? 0 : 1);
    if (systemClock.monotonic() - this.figuresAt < FIGURES_FRESH_MS) return;
    const { messages, circuits, accepted, due } = await pipelineFigures(this.database.tx);
    this.messages.reset();
    for (const { channel, status, reason, count } of messages) {
      this.messages.set({ channel, status, reason: reason ?? '' }, count);
    }
    this.unaccounted.set(accepted - messages.reduce((sum, { count }) => sum + count, 0));
    this.circuits.reset();
    for (const { channel, state, count } of circuits) this.circuits.set({ channel, state }, count);
    this.due.set(due.count);
    this.oldestDue.set(due.oldestAgeMs / 1000);
    for (const { asked, waiting, dueSoon, overdue } of await erasureOrderStore.figures(this.database.tx)) {
      this.erasures.set({ asked, state: 'waiting' }, waiting);
      this.erasures.set({ asked, state: 'due_soon' }, dueSoon);
      this.erasures.set({ asked, state: 'overdue' }, overdue);
    }
    this.figuresAt = systemClock.monotonic();
  }
}
