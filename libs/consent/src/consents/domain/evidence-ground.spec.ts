import { describe, expect, it } from '@jest/globals';
import { type EvidenceGround, hasGround } from './evidence-ground.js';

describe('what shows that somebody agreed', () => {
  it.each<[EvidenceGround, boolean]>([
    [{}, false],
    [{ wording: ' ', source: '', evidence: { ip: '', form: null, more: { a: [] } } }, false],
    [{ wording: 'Yes' }, true],
    [{ notice: { key: 'terms' } }, true],
    [{ served: 'id' }, true],
    [{ source: 'https://acme.example/form' }, true],
    [{ evidence: { ticked: false } }, true],
    [{ evidence: { call: { record: 'c-1' } } }, true],
  ])('%#', (given, expected) => {
    expect(hasGround(given)).toBe(expected);
  });
});
