import { expect, it } from '@jest/globals';
import { addressOf } from './fact.js';

it.each([
  ['https://www.Shop.example/Tea/?who=ann#top', 'shop.example/Tea'],
  ['shop.example/Tea', 'shop.example/Tea'],
  ['HTTP://SHOP.example', 'shop.example'],
  ['https://shop.example/', 'shop.example'],
  [' /video#start ', '/video'],
  ['/', '/'],
  ['Webinar May', 'Webinar May'],
  ['Q3.2026 Webinar', 'Q3.2026 Webinar'],
  ['?utm_source=x', ''],
])('%j is at %j', (text, address) => {
  expect(addressOf(text)).toBe(address);
  expect(addressOf(address)).toBe(address);
});
