import { Body, Controller, HttpCode, HttpStatus, Inject, Post } from '@nestjs/common';
import { findBrandId, type Principal } from '#lib/consent';
import { policyProblems } from '#lib/decision';
import { type BrandId, DomainError } from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import { Database } from '#lib/platform';
import { backtest, problemPointer, reference } from '#lib/sending';
import { Caller } from '../http/principal.js';
import { Describe, RequireScope } from '../http/route.js';
import { BacktestAnswer, BacktestRequest, MOST_DECISIONS, toBacktestAnswer } from './backtest.schema.js';

@Controller('v1')
export class BacktestController {
  /** One at a time in each process: reading the past must not slow the present. */
  private isBusy = false;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
  ) {}

  @Post('policies::backtest')
  @HttpCode(HttpStatus.OK)
  @RequireScope('setup:write')
  @Describe({
    id: 'backtestPolicy',
    group: 'Policies',
    summary: 'Try a draft policy on the past',
    description: `Decides again about the messages of a period under a draft, contact by contact and in the order of time, and answers what would have been sent, held and dropped. Changes nothing. Reads ${MOST_DECISIONS} decisions at most; \`consentctl backtest\` has no limit.`,
    answers: { 200: { description: 'What would have been.', schema: BacktestAnswer } },
    errors: ['not_found', 'overloaded'],
  })
  async backtest(@Body({ schema: BacktestRequest }) request: BacktestRequest, @Caller() caller: Principal) {
    const draft = { key: 'draft', version: 1, ...request.policy };
    const problems = policyProblems(draft, reference);
    if (problems.length > 0) {
      throw new DomainError('invalid_request', 'Correct the rules that `errors` names.', {
        violations: problems.map((detail) => ({ pointer: `/policy${problemPointer(detail)}`, detail })),
      });
    }
    const brandId = await this.brandOf(caller, request.brand);
    if (this.isBusy) {
      throw new DomainError('overloaded', 'Another backtest is under way; try again when it is done.', {
        retryAfterSeconds: 10,
      });
    }
    this.isBusy = true;
    try {
      const period = { from: request.from ?? null, to: request.to ?? null, brandId };
      const stores = { database: this.database, ledger: this.ledger };
      return toBacktestAnswer(await backtest(stores, period, draft, MOST_DECISIONS));
    } finally {
      this.isBusy = false;
    }
  }

  private async brandOf({ brandId }: Principal, key: string | undefined): Promise<BrandId> {
    if (key !== undefined) return findBrandId(this.database.tx, key, brandId);
    if (brandId !== null) return brandId;
    throw new DomainError('invalid_request', 'Name the brand: an operator key belongs to none.', {
      violations: [{ pointer: '/brand', detail: 'is needed with an operator key' }],
    });
  }
}
