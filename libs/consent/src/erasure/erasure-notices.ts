import { Inject, Injectable } from '@nestjs/common';
import type { EpochMs, MessageId } from '#lib/kernel';
import { Database } from '#lib/platform';
import { databaseNow } from '../database-now.js';
import { erasureDueAt } from './domain/erasure-due.js';
import { erasureNoticeStore, type UntoldRow } from './erasure-notice.store.js';

/** A request about which the person is still to be told something; by when it must be answered. */
export interface UntoldErasure extends UntoldRow {
  readonly dueAt: EpochMs;
}

/** Remembers what people were told about their requests to be erased, for whoever writes to them. */
@Injectable()
export class ErasureNotices {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** The longest ago first. */
  async untold(limit: number): Promise<UntoldErasure[]> {
    return (await erasureNoticeStore.untold(this.database.tx, null, limit)).map(withDue);
  }

  /** Null when the person was told already, or is erased. */
  async untoldOf(requestId: string): Promise<UntoldErasure | null> {
    const [row] = await erasureNoticeStore.untold(this.database.tx, requestId, 1);
    return row === undefined ? null : withDue(row);
  }

  async told({ requestId, kind }: UntoldErasure, messageId: MessageId): Promise<void> {
    const { tx } = this.database;
    await erasureNoticeStore.told(tx, requestId, kind, messageId, await databaseNow(tx));
  }
}

function withDue(row: UntoldRow): UntoldErasure {
  return { ...row, dueAt: erasureDueAt(row.askedAt) };
}
