import { expect, it } from '@jest/globals';
import { UnboundKeys } from './unbound-keys.js';

it('keys that open nothing are named at the start, once, and a start without the database is none the less one', async () => {
  const warnings: unknown[] = [];
  const logger = { warn: (...given: unknown[]) => void warnings.push(given) } as never;
  const started = (unbound: () => Promise<never[]>) => new UnboundKeys({ unbound }, logger).onApplicationBootstrap();
  await started(() => Promise.resolve([]));
  await started(() => Promise.reject(new Error('no database')));
  expect(warnings).toEqual([]);
  await started(() => Promise.resolve([{ id: 'one' } as never]));
  expect(warnings).toEqual([[{ keys: ['one'] }, expect.stringContaining('consentctl adopt')]]);
});
