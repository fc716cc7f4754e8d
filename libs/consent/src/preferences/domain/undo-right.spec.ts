import { describe, expect, it } from '@jest/globals';
import type { ContactPointId } from '#lib/kernel';
import { UNDO_MS, UNDO_SLIP_MS, undoUntil } from './undo-right.js';

const [MAIL, PHONE] = ['mail' as ContactPointId, 'phone' as ContactPointId];
const [SECRET, OTHER] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const change = { act: 'leave', at: 1_000, undone: false, contactPointId: MAIL, undoHash: SECRET };

describe('who may take a change back, and until when', () => {
  it.each<[string, Parameters<typeof undoUntil>, number | null]>([
    ['a manage link, for a day', [{ access: 'manage', contactPointId: PHONE }, change, null], 1_000 + UNDO_MS],
    [
      'an opt-out link with the secret, for minutes',
      [{ access: 'reduce', contactPointId: MAIL }, change, SECRET],
      1_000 + UNDO_SLIP_MS,
    ],
    ['an opt-out link without it', [{ access: 'reduce', contactPointId: MAIL }, change, null], null],
    ['an opt-out link with another', [{ access: 'reduce', contactPointId: MAIL }, change, OTHER], null],
    ['an opt-out link of another address', [{ access: 'reduce', contactPointId: PHONE }, change, SECRET], null],
    [
      'an opt-out link, of a change by a manage link',
      [{ access: 'reduce', contactPointId: MAIL }, { ...change, undoHash: null }, SECRET],
      null,
    ],
    ['nobody twice', [{ access: 'manage', contactPointId: MAIL }, { ...change, undone: true }, null], null],
    ['nobody an undo', [{ access: 'manage', contactPointId: MAIL }, { ...change, act: 'undo' }, null], null],
    [
      'nobody a request to be erased',
      [{ access: 'manage', contactPointId: MAIL }, { ...change, act: 'erase' }, null],
      null,
    ],
  ])('%s', (_who, given, until) => {
    expect(undoUntil(...given)).toBe(until);
  });
});
