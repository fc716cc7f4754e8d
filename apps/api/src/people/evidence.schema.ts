import { z } from 'zod';
import type { ConsentProof } from '#lib/consent';
import { toIso } from '#lib/platform';
import { Instant, InstantInput, Key, Language, line, MAX_VERSION, Uuid } from '../http/scalars.schema.js';
import { EventAnswer, ExternalId, toEventAnswer, word } from './people.schema.js';

export const ServedNoticeRequest = z
  .strictObject({
    notice: z.strictObject({ key: Key, version: z.int().min(1).max(MAX_VERSION), language: Language }),
    method: word.meta({ description: 'How it was put before the person.', examples: ['web_form', 'app', 'paper'] }),
    source: line(2048).optional().meta({ description: 'Form name or URL.' }),
    servedAt: InstantInput.optional().meta({ description: 'Left out: now.' }),
  })
  .meta({ id: 'ServedNoticeRequest' });
export type ServedNoticeRequest = z.infer<typeof ServedNoticeRequest>;

export const ServedNoticeAnswer = z
  .strictObject({ id: Uuid, key: Key, version: z.int(), language: Language, hash: z.string(), servedAt: Instant })
  .meta({ id: 'ServedNotice' });

export const ConsentEventPath = z.strictObject({ externalId: ExternalId, eventId: Uuid });
export type ConsentEventPath = z.infer<typeof ConsentEventPath>;

const Proof = z.strictObject({
  event: EventAnswer,
  notice: z.string().nullable().meta({ description: 'The wording that stood beside the control.' }),
  evidence: z.json().meta({ description: 'IP address, user agent and the like; null once it is erased.' }),
  position: z.int().nullable().meta({ description: 'Of its entry in the ledger.' }),
  retainUntil: Instant.nullable().meta({ description: 'max(given, last use) and the term of the rule.' }),
  retainedBy: z.string().nullable().meta({ description: 'A rule of a jurisdiction pack, or the purpose.' }),
});

export const ConsentProofAnswer = z
  .strictObject({ ...Proof.shape, request: Proof.nullable().meta({ description: 'What this event confirms.' }) })
  .meta({ id: 'ConsentProof' });

export function toProofAnswer(proof: ConsentProof): z.infer<typeof ConsentProofAnswer> {
  return { ...proofOf(proof), request: proof.request === null ? null : proofOf(proof.request) };
}

function proofOf({ event, notice, evidence, position, retention }: ConsentProof): z.infer<typeof Proof> {
  return {
    event: toEventAnswer(event),
    notice,
    evidence: evidence as z.core.util.JSONType,
    position,
    retainUntil: retention === null ? null : toIso(retention.until),
    retainedBy: retention?.rule ?? null,
  };
}
