import { Readable } from 'node:stream';
import { type ArgumentMetadata, Injectable, StandardSchemaValidationPipe } from '@nestjs/common';
import { DomainError, type Violation } from '#lib/kernel';
import { escapePointer, type PlainIssue, plainIssues, type SchemaIssue } from '#lib/platform';

/** Enough to correct a request; a body of 10,000 mistakes does not want 10,000 answers. */
const MAX_VIOLATIONS = 20;

/** Holds every body, query and path against its schema and says, place by place, what is wrong. */
@Injectable()
export class SchemaPipe extends StandardSchemaValidationPipe {
  /**
   * @throws DomainError invalid_request; a malformed path is a not_found, as there is nothing at it; a stream where
   *   an object is taken is an unsupported_media_type
   */
  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    const { schema, type } = metadata;
    if (schema === undefined || type === 'custom') return value;
    if (value instanceof Readable) {
      throw new DomainError(
        'unsupported_media_type',
        'Send one JSON object, as application/json; no stream is taken here.',
      );
    }
    const result = await this.validate<T>(value, schema);
    if (result.issues === undefined) return result.value;
    if (type === 'param') throw new DomainError('not_found', 'Nothing can be under this path. Check it against /docs.');
    const violations = result.issues.slice(0, MAX_VIOLATIONS).flatMap((issue) => toViolations(issue, type));
    throw new DomainError('invalid_request', 'Correct what `errors` names; /docs shows what is expected.', {
      violations,
    });
  }
}

/** Where in the request, and what is wrong there. */
export function toViolations(said: SchemaIssue, type: ArgumentMetadata['type']): Violation[] {
  return plainIssues(said).flatMap((issue) => violationsOf(issue, type));
}

function violationsOf(issue: PlainIssue, type: ArgumentMetadata['type']): Violation[] {
  const steps = issue.path.map(String);
  const members = issue.keys?.slice(0, MAX_VIOLATIONS).map((name) => [...steps, name]) ?? [steps];
  return members.map((path) => {
    const detail = issue.keys === undefined ? issue.message : 'is not known here';
    if (type === 'query') return { pointer: '', detail: `query parameter ${path.join('.')}: ${detail}` };
    return { pointer: path.map((step) => `/${escapePointer(step)}`).join(''), detail };
  });
}
