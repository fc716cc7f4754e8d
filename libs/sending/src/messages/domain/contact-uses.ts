import type { CapUse, Facts } from '#lib/decision';
import type { EpochMs, MessageId } from '#lib/kernel';

/** Whatever caps ask of a hand-over but when it was. */
export type KindOfUse = Omit<CapUse, 'at' | 'alsoAt'>;

interface Place {
  readonly messageId: MessageId;
  readonly at: EpochMs;
}

/** The hand-overs to one contact that take places under caps, by kind: each says what it was about once. */
export class ContactUses {
  private readonly kinds: { readonly kind: KindOfUse; readonly places: Place[] }[] = [];

  add(messageId: MessageId, { at, ...use }: Omit<CapUse, 'alsoAt'>): void {
    const place = { messageId, at };
    const known = this.kinds.find(({ kind }) => isSameKind(kind, use));
    if (known !== undefined) known.places.push(place);
    else this.kinds.push({ kind: { ...use, segments: use.segments ?? [] }, places: [place] });
  }

  /**
   * What the facts about a message tell: the others, without whose and which they were.
   *
   * @param since those later than this
   * @param most of a kind: the newest
   */
  told(messageId: MessageId, since: EpochMs, most: number): Pick<Facts, 'capUses' | 'capUsesLeftOut'> {
    const capUses: CapUse[] = [];
    let allSince = -Infinity;
    for (const { kind, places } of this.kinds) {
      const instants: EpochMs[] = [];
      for (const place of places) if (place.at > since && place.messageId !== messageId) instants.push(place.at);
      if (instants.length > most) {
        instants.sort((a, b) => b - a).length = most;
        allSince = Math.max(allSince, instants[most - 1] ?? -Infinity);
      }
      const [at, ...alsoAt] = instants;
      if (at === undefined) continue;
      const { channel, class: messageClass, purpose, topic, campaign, segments } = kind;
      const about = { channel, class: messageClass, purpose, topic, campaign, segments };
      capUses.push(alsoAt.length === 0 ? { at, ...about } : { at, alsoAt, ...about });
    }
    return allSince === -Infinity ? { capUses } : { capUses, capUsesLeftOut: { told: most, allSince } };
  }
}

function isSameKind(one: KindOfUse, other: KindOfUse): boolean {
  return (
    one.channel === other.channel &&
    one.class === other.class &&
    one.purpose === other.purpose &&
    one.topic === other.topic &&
    one.campaign === other.campaign &&
    areSame(one.segments ?? [], other.segments ?? [])
  );
}

function areSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one, i) => one === others[i]);
}
