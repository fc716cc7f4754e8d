import { describe, expect, it } from '@jest/globals';
import { newId, randomBytesPooled } from './random.js';

describe('ids', () => {
  it('are UUIDs of version 7 in order of creation, each once', () => {
    const ids = Array.from({ length: 20_000 }, () => newId());
    expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(
      true,
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(ids);
  });
});

describe('random bytes', () => {
  it('are the caller’s own and never handed out twice', () => {
    const draws = Array.from({ length: 10_000 }, () => randomBytesPooled(16).toString('hex'));
    expect(new Set(draws).size).toBe(draws.length);
    expect(randomBytesPooled(100_000)).toHaveLength(100_000);
  });
});
