import { z } from 'zod';
import type { Notice } from '#lib/consent';
import { toIso } from '#lib/platform';
import { pageOf } from '../http/page.schema.js';
import { Instant, Key, Language } from '../http/scalars.schema.js';
import { Hash, Version } from './setup.schema.js';

const Wording = z.string().min(1).max(20_000).meta({ description: 'Exactly what is shown, word by word.' });

export const NoticeRequest = z
  .strictObject({ key: Key, wordings: z.record(Language, Wording) })
  .meta({ id: 'NoticeRequest' });
export type NoticeRequest = z.infer<typeof NoticeRequest>;

export const NoticeAnswer = z
  .strictObject({
    key: Key,
    version: Version,
    wordings: z.record(
      Language,
      z.strictObject({
        wording: Wording,
        hash: Hash.meta({
          description: 'SHA-256 of the canonical JSON (RFC 8785) of {key, language, version, wording}, hexadecimal.',
        }),
      }),
    ),
    createdAt: Instant,
  })
  .meta({ id: 'Notice', description: 'One version of a wording that people are shown.' });
export const NoticePage = pageOf('NoticePage', NoticeAnswer);

export function toNoticeAnswer({ key, version, wordings, createdAt }: Notice): z.infer<typeof NoticeAnswer> {
  return { key, version, wordings: { ...wordings }, createdAt: toIso(createdAt) };
}
