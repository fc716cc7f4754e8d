import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { describeConfig } from '#lib/platform';

describe('.env.example', () => {
  it('is what `consentctl env-example .env.example` writes', () => {
    const file = path.resolve(import.meta.dirname, '../../../../.env.example');
    expect(fs.readFileSync(file, 'utf8')).toBe(describeConfig());
  });
});
