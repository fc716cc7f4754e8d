import { describe, expect, it } from '@jest/globals';
import { DomainError, ERROR_CODES } from '#lib/kernel';
import { asDomainError, statusOf, toProblem } from './problem.js';

describe('an error as it is answered', () => {
  it.each([
    ['PostgreSQL is starting up', { code: '57P03' }],
    ['PostgreSQL was stopped under a statement', { code: '57P01' }],
    ['nobody listens', { code: 'ECONNREFUSED' }],
    ['the connection broke', new Error('Connection terminated unexpectedly')],
  ])('asks to try again when %s', (_what, thrown) => {
    const error = asDomainError(thrown);
    expect(error).toMatchObject({ code: 'unavailable', extra: { retryAfterSeconds: 2 } });
    expect(toProblem(error)).toMatchObject({ status: 503 });
  });

  it('says nothing about what nobody expected', () => {
    const problem = toProblem(asDomainError(new Error('select secret from ada@example.org')));
    expect(problem).toMatchObject({ status: 500, code: 'internal' });
    expect(JSON.stringify(problem)).not.toContain('ada@');
  });

  it('has a status for every code', () => {
    for (const code of ERROR_CODES) expect(statusOf(code)).toBeGreaterThanOrEqual(400);
  });

  it('shows what is wrong, place by place', () => {
    const error = new DomainError('invalid_request', 'Correct it.', {
      violations: [{ pointer: '/to', detail: 'is missing' }],
    });
    expect(toProblem(error)).toMatchObject({ status: 400, errors: [{ pointer: '/to', detail: 'is missing' }] });
  });
});
