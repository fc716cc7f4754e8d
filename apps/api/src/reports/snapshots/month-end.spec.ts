import { expect, it } from '@jest/globals';
import type { BrandId } from '#lib/kernel';
import { MonthEnd } from './month-end.js';

it('closes the months of every brand, also after one of a brand whose reports fail', async () => {
  const due = ['one', 'failing', 'three'].map((id) => ({
    brandId: id as BrandId,
    zone: 'Europe/Berlin',
    month: '2026-10',
  }));
  const tried: string[] = [];
  const logged: object[] = [];
  const monthEnd = new MonthEnd(
    {
      due: () => Promise.resolve(due),
      close({ brandId }) {
        tried.push(brandId);
        return brandId === 'failing' ? Promise.reject(new Error('no rate')) : Promise.resolve(true);
      },
    },
    { all: [] },
    { append: () => Promise.reject(new Error('nothing is kept here')) },
    { error: (what: object) => logged.push(what) },
  );
  expect(await monthEnd.closeDue()).toBe(2);
  expect(tried).toEqual(['one', 'failing', 'three']);
  expect(logged).toMatchObject([{ brandId: 'failing', month: '2026-10', err: { message: 'no rate' } }]);
});
