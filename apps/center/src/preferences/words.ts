import { type Cell, type Labels, maskAddress, type PreferenceView } from '#lib/consent';
import type { Channel, ContactPointId } from '#lib/kernel';
import { apart, labelIn, listIn, type Phrase, phrasesIn, plain, type SayPhrase, textOf } from '../texts/phrase.js';
import { type Language, LANGUAGES, type Say, sayIn, type TextKey } from '../texts/texts.js';

/** A sentence names no more; what there is in full stands elsewhere on the page. */
const MOST_LISTED = 12;

/** How one page names things: topics, purposes, channels and addresses, in its language where there are words in it. */
export class Words {
  readonly say: Say;
  readonly phrase: SayPhrase;

  constructor(
    readonly language: Language,
    private readonly view: PreferenceView,
  ) {
    this.say = sayIn(language);
    this.phrase = phrasesIn(language);
  }

  channel(channel: Channel): string {
    return this.say(`channel.${channel}`);
  }

  address(pointId: ContactPointId): Phrase {
    const point = this.view.facts.points.find(({ id }) => id === pointId);
    if (point === undefined) return plain('?');
    const masked = maskAddress(point.channel, point.address);
    return masked === null ? plain(this.channel(point.channel)) : apart(leftToRight(masked));
  }

  /** A topic, or a purpose where there is none, by its own name. */
  topic({ purposeId, topicId }: Pick<Cell, 'purposeId' | 'topicId'>): Phrase {
    const purpose = this.purpose(purposeId);
    const topic = purpose?.topics.find(({ id }) => id === topicId);
    const named = topic ?? purpose;
    return named === undefined ? plain('?') : this.label(named.labels, named.key);
  }

  /** What stands above the boxes of a topic; of a purpose beside its topics: that it is about the rest. */
  legend(scope: Pick<Cell, 'purposeId' | 'topicId'>): Phrase {
    return this.isBesideTopics(scope)
      ? this.phrase('topics.general', { purpose: this.topic(scope) })
      : this.topic(scope);
  }

  description(scope: Pick<Cell, 'purposeId' | 'topicId'>): Phrase | null {
    const purpose = this.purpose(scope.purposeId);
    const topics = purpose?.topics ?? [];
    if (this.isBesideTopics(scope)) {
      if (this.comesAlone(scope)) return null;
      const named = topics.map(({ labels, key }) => this.label(labels, key));
      return this.phrase('topics.whole', { topics: this.list(named) });
    }
    const topic = topics.find(({ id }) => id === scope.topicId);
    return topic === undefined || Object.keys(topic.descriptions).length === 0
      ? null
      : this.label(topic.descriptions, '');
  }

  /** The channel, and which address of it where that is known by heart. */
  box({ channel, pointId }: Pick<Cell, 'channel' | 'pointId'>): Phrase {
    const name = this.channel(channel);
    const label = plain(name.charAt(0).toLocaleUpperCase(this.language) + name.slice(1));
    const several = this.view.facts.points.filter((point) => point.channel === channel).length > 1;
    return several ? [...label, ...plain(' '), ...this.address(pointId)] : label;
  }

  /** What is signed by the tick of a box, where a law asks for a yes in writing. */
  signed({ pointId }: Pick<Cell, 'pointId'>): Phrase {
    const brand: Phrase = [{ text: this.view.brand.name, apart: true, lang: null }];
    return this.phrase('topics.signed', { brand, address: this.address(pointId) });
  }

  /** "Newsletter" by e-mail. */
  thing(cell: Pick<Cell, 'purposeId' | 'topicId' | 'channel'>): Phrase {
    return this.phrase('thing', { topic: this.topic(cell), channel: this.channel(cell.channel) });
  }

  /** The same, by what stands above its box. */
  ticked(cell: Pick<Cell, 'purposeId' | 'topicId' | 'channel'>): Phrase {
    return this.phrase('thing', { topic: this.legend(cell), channel: this.channel(cell.channel) });
  }

  label(labels: Labels, fallback: string): Phrase {
    return labelIn(labels, this.language, this.view.brand.defaultLanguage, fallback);
  }

  /** "a, b and c"; of many the first, and how many more there are. */
  list(items: readonly Phrase[]): Phrase {
    if (items.length <= MOST_LISTED) return listIn(this.language, items);
    const [first, more] = [items.slice(0, MOST_LISTED - 1), items.length - MOST_LISTED + 1];
    return listIn(this.language, [...first, this.phrase('list.more', { n: more })]);
  }

  /** A text whose key is made of a value that may be none of those that have words. */
  oneOf(prefix: 'record' | 'method' | 'held', value: string, otherwise: TextKey): string {
    const key = `${prefix}.${value}`;
    return this.say(isTextKey(key) ? key : otherwise);
  }

  text(phrase: Phrase): string {
    return textOf(phrase);
  }

  private purpose(purposeId: string): PreferenceView['facts']['purposes'][number] | undefined {
    return this.view.facts.purposes.find(({ id }) => id === purposeId);
  }

  /** Whether a topic comes without its purpose: by a yes of its own, where a law does not let the purpose through. */
  private comesAlone({ purposeId }: Pick<Cell, 'purposeId'>): boolean {
    const own = this.view.cells.filter((cell) => cell.purposeId === purposeId);
    const isOff = ({ pointId }: Cell): boolean =>
      own.some((one) => one.topicId === null && one.pointId === pointId && !one.on);
    return own.some((cell) => cell.topicId !== null && cell.on && isOff(cell));
  }

  private isBesideTopics({ purposeId, topicId }: Pick<Cell, 'purposeId' | 'topicId'>): boolean {
    return topicId === null && (this.purpose(purposeId)?.topics.length ?? 0) > 0;
  }
}

function isTextKey(key: string): key is TextKey {
  return Object.hasOwn(LANGUAGES.en.texts, key);
}

/** A number has no letter to say in which direction it is read, and is read from left to right in every script, on one line. */
function leftToRight(address: string): string {
  return address.startsWith('+') ? `\u200e${address.replaceAll(' ', '\u00a0')}` : address;
}
