import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '#lib/consent';
import { DomainError } from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import { FactService } from '#lib/reporting';
import { FeedbackService } from '#lib/sending';
import { brandOf } from '../http/principal.js';
import { type EventAnswer, type EventRequest, isFeedback, toEventAnswer, toFeedback } from './events.schema.js';
import { recordFacts } from './record-facts.js';
import { toFactAnswer, toReportedFact } from './fact.schema.js';

/** Hands each event to whom it is for, and the answers back in the order of the events. */
@Injectable()
export class EventReports {
  constructor(
    @Inject(FeedbackService) private readonly feedback: FeedbackService,
    @Inject(FactService) private readonly facts: FactService,
    @Inject(LedgerService) private readonly ledger: LedgerService,
  ) {}

  /** @throws DomainError forbidden for facts by a test key: reports know no test */
  async report(events: readonly EventRequest[], caller: Principal): Promise<EventAnswer[]> {
    const brandId = brandOf(caller);
    const stated = events.filter((event) => !isFeedback(event));
    if (caller.test && stated.length > 0) {
      throw new DomainError('forbidden', 'A test key reports of test messages alone. Use a live key for CRM data.');
    }
    const reporter = { brandId, test: caller.test, actor: caller.keyId, via: 'api' } as const;
    const ofMessages = events.filter(isFeedback).map(toFeedback);
    const recorded = ofMessages.length === 0 ? [] : await this.feedback.report(ofMessages, reporter);
    const record = recordFacts(this.ledger, brandId, caller.keyId);
    const kept = await this.facts.report(stated.map(toReportedFact), brandId, caller.keyId, record);
    const [feedbackAnswers, factAnswers] = [recorded.map(toEventAnswer), kept.map(toFactAnswer)].map((all) =>
      all.values(),
    );
    return events.flatMap((event) => {
      const next = (isFeedback(event) ? feedbackAnswers : factAnswers)?.next();
      return next === undefined || next.done === true ? [] : [next.value];
    });
  }
}
