import { Catch } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { DomainError } from '#lib/kernel';
import { type Problem, ProblemFilter } from '#lib/platform';

/** Problems as everywhere, which say the same once more in the words of OData, and that a key may come as a password. */
@Catch()
export class ODataProblemFilter extends ProblemFilter {
  protected override answer(reply: FastifyReply, error: DomainError, problem: Problem): void {
    void reply.header('odata-version', '4.0');
    if (error.code === 'unauthenticated')
      void reply.header('www-authenticate', 'Basic realm="feeds", charset="UTF-8", Bearer');
    void reply.send(JSON.stringify({ ...problem, error: { code: problem.code, message: problem.detail } }));
  }
}
