import type { Source } from '../../domain/behind.js';
import type { MoneyData } from '../../money/domain/frame.js';
import { touchesBehind } from '../../money/domain/frame.js';
import { type Engagement, whoseOf } from './activity.js';
import type { Entry } from './contact-touches.js';

/** So the id of a touch begins that was a visit. */
const VISIT = 'visit ';

/** What somebody did, with the fact that the ledger records; a click or a reply is of its message, which names its entries. */
export function ofEngagement(one: Engagement): Source {
  const { id, kind, at, about, channel } = one;
  const isOfMessage = kind === 'click' || kind === 'reply';
  const fact = isOfMessage
    ? null
    : kind === 'visit'
      ? ({ kind, id: id.slice(VISIT.length) } as const)
      : ({ kind: 'custom', id } as const);
  return {
    ...{ kind: isOfMessage ? 'message' : (fact?.kind ?? 'custom'), id: fact?.id ?? id, at },
    ...{ name: about ?? channel ?? '', adds: 1, fact },
    link: isOfMessage ? `/v1/messages/${id.split(' ')[0] ?? ''}` : null,
  };
}

/** Different people, each with the first of what they did. */
export function peopleWhoDid(some: readonly Engagement[]): Source[] {
  const first = new Map<string, Engagement>();
  for (const one of some) if (!first.has(whoseOf(one))) first.set(whoseOf(one), one);
  return [...first].map(([person, one]) => ({ ...ofEngagement(one), name: person }));
}

/** Different people, each with the way to the messages that they were sent of a campaign, or of any. */
export function peopleSent(data: Pick<MoneyData, 'frame'>, entries: readonly Entry[]): Source[] {
  const first = new Map<string, Entry>();
  for (const entry of entries) {
    const known = first.get(entry.contact);
    if (known === undefined || entry.first < known.first) first.set(entry.contact, entry);
  }
  return [...first.values()].map((entry) => ofEntry(data, entry));
}

/** What one person was sent of one campaign. */
export function ofEntry(data: Pick<MoneyData, 'frame'>, { contact, campaign, first }: Entry, adds = 1): Source {
  const link = touchesBehind(data, { by: 'campaign', contact, name: campaign ?? undefined });
  return { kind: 'person', id: contact, at: first, name: campaign ?? '', adds, fact: null, link };
}

/** Different campaigns, each with the way to what it sent. */
export function journeysOf(data: Pick<MoneyData, 'frame'>, entries: readonly Entry[]): Source[] {
  const names = [...new Set(entries.flatMap(({ campaign }) => campaign ?? []))];
  return names.map((name) => ({
    ...{ kind: 'journey', id: name, at: null, name: '', adds: 1, fact: null },
    link: touchesBehind(data, { by: 'campaign', name }),
  }));
}
