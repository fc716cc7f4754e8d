import { z } from 'zod';
import { ERROR_CODES } from '#lib/kernel';

/** Every error of the API (RFC 9457). */
export const ProblemAnswer = z
  .strictObject({
    type: z.string().meta({ description: 'URN of the code.' }),
    title: z.string(),
    status: z.int(),
    code: z.enum(ERROR_CODES).meta({ description: 'Stable: codes are added, never renamed.' }),
    detail: z.string().meta({ description: 'What to do about it.' }),
    errors: z
      .array(
        z.strictObject({
          pointer: z.string().meta({
            description: 'JSON pointer into the body (RFC 6901); empty for the whole, the query or a header.',
          }),
          detail: z.string(),
        }),
      )
      .optional(),
    retryAfterSeconds: z.number().optional().meta({ description: 'When to try again, as in the header Retry-After.' }),
  })
  .meta({ id: 'Problem', description: 'Why a request was not carried out (RFC 9457).' });
