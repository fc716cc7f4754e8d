import { expect, it } from '@jest/globals';
import { until } from '../../../../test/support/until.js';
import { AdoptedKeys } from './adopted-keys.js';

it('keys of versions before are bound once the database lets them be, and the process starts without it', async () => {
  const answers = [new Error('relation "consent.adoption" does not exist'), null];
  let asked = 0;
  const adopt = (): Promise<number> => {
    const answer = answers[asked++] ?? null;
    return answer === null ? Promise.resolve(0) : Promise.reject(answer);
  };
  const warnings: unknown[] = [];
  const adopted = new AdoptedKeys({ adopt }, { warn: (...given: unknown[]) => void warnings.push(given) } as never);
  await adopted.onApplicationBootstrap();
  expect([asked, warnings.length]).toEqual([1, 1]);
  await until('the second try', () => Promise.resolve(asked === 2));
  await adopted.onModuleDestroy();
  expect([asked, warnings.length]).toEqual([2, 1]);
});
