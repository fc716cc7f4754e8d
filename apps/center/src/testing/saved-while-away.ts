import { KeptWishes } from '../journal/kept-wishes.js';
import type { Less } from '../preferences/domain/less.js';
import type { CenterWorld } from './center-world.js';

/**
 * A form that was saved by a link while the database was away, and is carried out now that it is back.
 *
 * @param at when it was saved, in milliseconds since 1970
 */
export async function savedWhileAway(world: CenterWorld, url: string, less: Less, at = Date.now()): Promise<void> {
  const token = url.slice(url.lastIndexOf('/') + 1);
  const kept = world.app.get(KeptWishes);
  await kept.keep(
    { token, act: 'save', less, at, ip: '127.0.0.1', userAgent: null, language: 'de' },
    new Error('away'),
  );
  await kept.carryOutAll();
}
