import { type Cell, type Labels, maskAddress, type PreferenceView } from '#lib/consent';
import type { Channel, ContactPointId } from '#lib/kernel';
import { apart, labelIn, type Phrase, phrasesIn, plain, type SayPhrase, textOf } from '../texts/phrase.js';
import { type Language, LANGUAGES, type Say, sayIn, type TextKey } from '../texts/texts.js';

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

  /** A topic, or a purpose where there is none. */
  topic({ purposeId, topicId }: Pick<Cell, 'purposeId' | 'topicId'>): Phrase {
    const purpose = this.view.facts.purposes.find(({ id }) => id === purposeId);
    const topic = purpose?.topics.find(({ id }) => id === topicId);
    const named = topic ?? purpose;
    return named === undefined ? plain('?') : this.label(named.labels, named.key);
  }

  description({ topicId, purposeId }: Pick<Cell, 'purposeId' | 'topicId'>): Phrase | null {
    const purpose = this.view.facts.purposes.find(({ id }) => id === purposeId);
    const topic = purpose?.topics.find(({ id }) => id === topicId);
    return topic === undefined || Object.keys(topic.descriptions).length === 0
      ? null
      : this.label(topic.descriptions, '');
  }

  /** "Newsletter" by e-mail. */
  thing(cell: Pick<Cell, 'purposeId' | 'topicId' | 'channel'>): Phrase {
    return this.phrase('thing', { topic: this.topic(cell), channel: this.channel(cell.channel) });
  }

  label(labels: Labels, fallback: string): Phrase {
    return labelIn(labels, this.language, this.view.brand.defaultLanguage, fallback);
  }

  /** A text whose key is made of a value that may be none of those that have words. */
  oneOf(prefix: 'record' | 'method' | 'held', value: string, otherwise: TextKey): string {
    const key = `${prefix}.${value}`;
    return this.say(isTextKey(key) ? key : otherwise);
  }

  text(phrase: Phrase): string {
    return textOf(phrase);
  }
}

function isTextKey(key: string): key is TextKey {
  return Object.hasOwn(LANGUAGES.en.texts, key);
}

/** A number has no letter to say in which direction it is read, and is read from left to right in every script. */
function leftToRight(address: string): string {
  return address.startsWith('+') ? `\u200e${address}` : address;
}
