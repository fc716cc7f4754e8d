import { expect, it } from '@jest/globals';
import { ServedWords } from './served-words.js';

const words = new ServedWords(Buffer.alloc(32, 1), 'token');
const sealed = words.seal('leave', 'de', '„Kaffee & Tee“\r\n per  E-Mail abbestellen');

it('gives back what was served, as a browser shows and sends it', () => {
  const sent = new URLSearchParams(new URLSearchParams({ words: sealed }).toString()).get('words');
  expect(words.read('leave', sent)).toEqual({ language: 'de', text: '„Kaffee & Tee“ per E-Mail abbestellen' });
});

it.each([
  ['another text', () => words.read('leave', sealed.replace('Tee', 'Bier'))],
  ['another language', () => words.read('leave', sealed.replace(' de ', ' en '))],
  ['what another control does', () => words.read('undo', sealed)],
  ['another link', () => new ServedWords(Buffer.alloc(32, 1), 'other').read('leave', sealed)],
  ['another deployment', () => new ServedWords(Buffer.alloc(32, 2), 'token').read('leave', sealed)],
  ['no code', () => words.read('leave', sealed.slice(23))],
  ['nothing', () => words.read('leave', null)],
])('proves nothing of %s', (_what, read) => {
  expect(read()).toBeNull();
});
