import { z } from 'zod';
import {
  ERASURE_REFUSALS,
  type ErasureDue,
  type ErasureReceipt,
  type OrderedErasure,
  type WithdrawnErasure,
  type RefusedErasure,
} from '#lib/consent';
import { toIso } from '#lib/platform';
import type { Farewell, Told } from '#lib/sending';
import { pageOf } from '../http/page.schema.js';
import { ChannelName, Instant, InstantInput, Language, line, Uuid } from '../http/scalars.schema.js';
import { ExternalId } from './people.schema.js';

const InFlight = z
  .array(Uuid)
  .meta({ description: 'Messages whose hand-over had started before this; no other starts after it.' });

export const MergeRequest = z
  .strictObject({ from: ExternalId.meta({ description: 'The contact that becomes part of this one.' }) })
  .meta({ id: 'MergeRequest' });
export type MergeRequest = z.infer<typeof MergeRequest>;

export const ReassignedRequest = z
  .strictObject({
    channel: ChannelName,
    address: z.string().min(1).max(2048),
    occurredAt: InstantInput.optional().meta({ description: 'Since when it is somebody else’s; left out: now.' }),
  })
  .meta({ id: 'ReassignedRequest' });
export type ReassignedRequest = z.infer<typeof ReassignedRequest>;

export const MergeAnswer = z
  .strictObject({
    ended: z.int().meta({ description: 'Consents or contact points that do not stand any more, or not for as long.' }),
    inFlight: InFlight,
  })
  .meta({ id: 'MergeAnswer' });

export const ErasureRequest = z
  .strictObject({
    basis: z
      .string()
      .regex(/^[a-z0-9_]{1,64}$/, 'must be lower-case letters, digits and underscores')
      .default('gdpr_17_1_b')
      .meta({ description: 'The provision it rests on; stands in the ledger in clear.' }),
    note: line(500).optional().meta({ description: 'Goes with the rest.' }),
  })
  .meta({ id: 'ErasureRequest' });
export type ErasureRequest = z.infer<typeof ErasureRequest>;

const HOUR_MS = 3_600_000;
export const ErasureOrderRequest = z
  .strictObject({
    ...ErasureRequest.shape,
    withinHours: z.int().min(1).max(168).default(72).meta({
      description: 'They are erased then at the latest, also when the mail has not left: it may wait for its provider.',
    }),
  })
  .meta({ id: 'ErasureOrderRequest' });
export type ErasureOrderRequest = z.infer<typeof ErasureOrderRequest>;
export const waitOf = ({ withinHours }: ErasureOrderRequest): number => withinHours * HOUR_MS;

const Restricted = z
  .strictObject({ until: Instant, rule: z.string() })
  .nullable()
  .meta({ description: 'Until when a statute has the evidence of consents kept, sealed, and which.' });

const COMMITTED = 'What that entry commits to, with salts: the only proof that it is about this person.';
const FORM =
  'Each is the JSON text of a disclosure, of which bundles have the base64url; one to a line, `consentctl ledger verify --disclosures` takes them as they are.';

export const ErasureAnswer = z
  .strictObject({
    status: z.enum(['erased', 'restricted']),
    at: Instant,
    restricted: Restricted,
    request: Uuid.meta({ description: 'Ledger entry of the request.' }),
    entry: Uuid.meta({ description: 'Ledger entry of what was done.' }),
    disclosures: z.array(z.string()).meta({ description: `${COMMITTED} ${FORM}` }),
    ended: z.array(Uuid).meta({ description: 'Messages that waited and ended as erased.' }),
    inFlight: InFlight,
  })
  .meta({ id: 'ErasureReceipt' });

export function toErasureAnswer(receipt: ErasureReceipt): z.infer<typeof ErasureAnswer> {
  const { status, at, restricted, requestEntryId, entryId, disclosures, ended, inFlight } = receipt;
  return {
    status,
    at: toIso(at),
    restricted: toRestricted(restricted),
    request: requestEntryId,
    entry: entryId,
    disclosures: [...disclosures],
    ended: [...ended],
    inFlight: [...inFlight],
  };
}

function toRestricted(restricted: ErasureReceipt['restricted']): z.infer<typeof Restricted> {
  return restricted === null ? null : { until: toIso(restricted.until), rule: restricted.rule };
}

const Notice = z.strictObject({
  message: Uuid,
  status: z.enum(['queued', 'dropped']),
  reason: z.string().nullable().meta({ description: 'Why the mail does not leave; null: it does, now or later.' }),
});

export const ErasureNoticeAnswer = z
  .strictObject({ notice: Notice, restricted: Restricted })
  .meta({ id: 'ErasureNotice' });

export function toErasureNotice({ told, restricted }: Farewell): z.infer<typeof ErasureNoticeAnswer> {
  return { notice: told, restricted: toRestricted(restricted) };
}

export const ErasureOrderAnswer = z
  .strictObject({
    notice: Notice,
    restricted: Restricted,
    erasedBy: Instant.meta({ description: 'They are erased as soon as the mail has its end, and then at the latest.' }),
    request: Uuid.meta({ description: 'Ledger entry of the request; that of the erasure names it in clear as `ref`.' }),
    disclosures: z.array(z.string()).meta({
      description: `${COMMITTED} Keep it. ${FORM}`,
    }),
    inFlight: InFlight,
  })
  .meta({ id: 'ErasureOrder' });

export function toErasureOrder({
  ordered,
  ...farewell
}: Farewell & { readonly ordered: OrderedErasure }): z.infer<typeof ErasureOrderAnswer> {
  const { requestEntryId: request, latestAt, disclosures, inFlight } = ordered;
  const what = { erasedBy: toIso(latestAt), request, disclosures: [...disclosures], inFlight: [...inFlight] };
  return { ...toErasureNotice(farewell), ...what };
}

export const ErasureWithdrawalAnswer = z
  .strictObject({
    at: Instant,
    request: Uuid.nullable().meta({ description: 'Ledger entry of the request.' }),
    entry: Uuid.meta({ description: 'Ledger entry that says that it was taken back.' }),
  })
  .meta({ id: 'ErasureWithdrawal' });

export function toErasureWithdrawal(withdrawn: WithdrawnErasure): z.infer<typeof ErasureWithdrawalAnswer> {
  const { at, requestEntryId: request, entryId: entry } = withdrawn;
  return { at: toIso(at), request, entry };
}

export const ErasureRefusalRequest = z
  .strictObject({
    reason: z.enum(ERASURE_REFUSALS).meta({ description: 'In the ledger in clear.' }),
    explanation: line(1_000).meta({
      description: 'What the person reads, in plain words: on their page and in a mail.',
    }),
    language: Language.meta({ description: 'Of the explanation.' }),
  })
  .meta({ id: 'ErasureRefusalRequest' });
export type ErasureRefusalRequest = z.infer<typeof ErasureRefusalRequest>;

export const ErasureRefusalAnswer = z
  .strictObject({
    at: Instant,
    askedAt: Instant,
    dueAt: Instant.meta({ description: 'By when the person had to be told.' }),
    request: Uuid.nullable().meta({ description: 'Ledger entry of the request.' }),
    entry: Uuid.meta({ description: 'Ledger entry of the refusal.' }),
    notice: Notice.nullable().meta({
      description: 'The mail that tells the person; null: it could not be sent just now, and is tried again.',
    }),
  })
  .meta({ id: 'ErasureRefusal' });

export function toErasureRefusal(refused: RefusedErasure, notice: Told | null): z.infer<typeof ErasureRefusalAnswer> {
  const { at, askedAt, dueAt, requestEntryId: request, entryId: entry } = refused;
  return { at: toIso(at), askedAt: toIso(askedAt), dueAt: toIso(dueAt), request, entry, notice };
}

const ErasureAsked = z
  .strictObject({
    externalId: ExternalId,
    askedAt: Instant,
    dueAt: Instant.meta({ description: 'By when they must be answered: a month later, GDPR Art. 12(3).' }),
    isOverdue: z.boolean(),
    erasedBy: Instant.nullable().meta({
      description: 'Somebody ordered it, they are being told, and are erased by then; null: nobody has decided.',
    }),
    request: Uuid.nullable().meta({ description: 'Ledger entry of the request.' }),
  })
  .meta({ id: 'ErasureAsked' });
export const ErasureRequestsAnswer = pageOf('ErasureRequests', ErasureAsked);

export function toErasureAsked(asked: ErasureDue): z.infer<typeof ErasureAsked> {
  const { externalId, at, dueAt, isOverdue, erasedBy, entryId: request } = asked;
  const until = erasedBy === null ? null : toIso(erasedBy);
  return { externalId, askedAt: toIso(at), dueAt: toIso(dueAt), isOverdue, erasedBy: until, request };
}
