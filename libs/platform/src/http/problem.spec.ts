import { describe, expect, it } from '@jest/globals';
import { DomainError, ERROR_CODES } from '#lib/kernel';
import { asDomainError, statusOf, toProblem } from './problem.js';

describe('an error as it is answered', () => {
  it.each([
    ['PostgreSQL is starting up', { code: '57P03' }],
    ['PostgreSQL was stopped under a statement', { code: '57P01' }],
    ['a lock was not given in time', { code: '55P03' }],
    ['a statement took too long', { code: '57014' }],
    [
      'Prisma says so in its own words',
      { code: 'P2039', meta: { driverAdapterError: { cause: { originalCode: '55P03', code: '55P03' } } } },
    ],
    ['Prisma found no connection free', { code: 'P2028' }],
    ['nobody listens', { code: 'ECONNREFUSED' }],
    ['the connection broke', new Error('Connection terminated unexpectedly')],
    ['it had broken', new Error('Client has encountered a connection error and is not queryable')],
    ['it was closed', new Error('Client was closed and is not queryable')],
    ['the disk is full', { code: '53100' }],
    ['it is a standby', { code: '25006' }],
    ['its disk is broken', { code: '58030' }],
  ])('asks to try again when %s', (_what, thrown) => {
    const error = asDomainError(thrown);
    expect(error).toMatchObject({ code: 'unavailable', extra: { retryAfterSeconds: 2 } });
    expect(toProblem(error)).toMatchObject({ status: 503 });
  });

  it('does not ask to try again what Prisma says for good', () => {
    const meta = { driverAdapterError: { cause: { originalCode: '42P01', code: '42P01' } } };
    expect(asDomainError({ code: 'P2021', meta })).toMatchObject({ code: 'internal' });
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
