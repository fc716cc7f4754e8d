import { namesOptOut } from '#lib/consent';
import { sourceProblems } from '../templates/template-problems.js';
import { alwaysSays, alwaysShows } from '../templates/way-out.js';
import type { WaysTold } from './domain/text-findings.js';

/** By what a text tells everybody who gets it how to leave; null of one that cannot be published. */
export function waysTold(text: string): WaysTold | null {
  if (sourceProblems(text).length > 0) return null;
  return { word: alwaysSays(text, namesOptOut), link: alwaysShows(text, 'unsubscribeUrl') };
}
