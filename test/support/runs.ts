import fc from 'fast-check';
import { LONG } from './form.js';

const share = Number(process.env['PROPERTY_SHARE'] ?? (LONG ? 1 : 0.3));
if (!(share > 0 && share <= 1)) throw new RangeError('PROPERTY_SHARE is a number above 0 and at most 1');
const seed = process.env['PROPERTY_SEED'];
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });

/**
 * How often a property is tried: all of `full` in the long form, three tenths in the short one, or the share of it that
 * PROPERTY_SHARE asks for, as `npm run check` and `npm run mutation` do. All but `mutation` draw new ones each time.
 */
export const runs = (full: number): number => Math.min(full, Math.max(20, Math.ceil(full * share)));

/**
 * The least that a property must have met of a case. Where only three tenths of its runs were made, one of what all of
 * them meet thirty times, so that a case that is never met is seen; of fewer runs nothing is sure.
 */
export const metAtLeast = (least: number): number => (share === 1 ? least : share >= 0.3 && least >= 30 ? 1 : 0);
