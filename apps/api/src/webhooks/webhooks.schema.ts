import { z } from 'zod';
import { Uuid } from '../http/scalars.schema.js';

export const ProviderPath = z.strictObject({ provider: Uuid.meta({ description: 'Id of the provider.' }) });
export type ProviderPath = z.infer<typeof ProviderPath>;

/** Of Twilio's receipts: the message that the receipt was asked for. */
export const ReceiptQuery = z.strictObject({ message: Uuid.optional() });
export type ReceiptQuery = z.infer<typeof ReceiptQuery>;

const text = z.string().max(300);
export const ChallengeQuery = z.strictObject({
  'hub.mode': text,
  'hub.verify_token': text,
  'hub.challenge': text.regex(/^[\w.-]*$/, 'must be letters, digits, dots and dashes'),
});
export type ChallengeQuery = z.infer<typeof ChallengeQuery>;
