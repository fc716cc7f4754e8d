/**
 * What was found out once, to be found again: `memory.get(key) ?? memory.keep(key, findOut())`. It changes how fast
 * something is known and nothing else. When it is full it forgets everything, so that whatever keys the world invents it
 * holds `most` of them.
 */
export class Memory<K, V> {
  readonly #known = new Map<K, V>();

  constructor(private readonly most: number) {}

  get(key: K): V | undefined {
    return this.#known.get(key);
  }

  keep(key: K, value: V): V {
    if (this.#known.size >= this.most) this.#known.clear();
    this.#known.set(key, value);
    return value;
  }
}

/** The same of what is known about two objects together, as long as both live. */
export class PairMemory<A extends object, B extends object, V> {
  #known = new WeakMap<A, WeakMap<B, V>>();
  #size = 0;

  constructor(private readonly most: number) {}

  get(a: A, b: B): V | undefined {
    return this.#known.get(a)?.get(b);
  }

  keep(a: A, b: B, value: V): V {
    if (this.#size >= this.most) {
      this.#known = new WeakMap();
      this.#size = 0;
    }
    this.#size++;
    return keep(this.#known.get(a) ?? keep(this.#known, a, new WeakMap<B, V>()), b, value);
  }
}

/** One text of many: two lists have the same one only when they say the same, whatever stands in their texts. Nothing is as the empty text. */
export function keyOfTexts(texts: readonly (string | null | undefined)[]): string {
  let key = '';
  for (const text of texts) key += `${text?.length ?? 0}:${text ?? ''}`;
  return key;
}

/** Tells objects apart in the keys of a memory: the same object has the same number as long as it lives. */
export class Numbers {
  readonly #known = new WeakMap<object, number>();
  #last = 0;

  of(object: object): number {
    return this.#known.get(object) ?? keep(this.#known, object, ++this.#last);
  }
}

/** The same of what is known about one object, as long as that lives. */
export function keep<K extends object, V>(known: WeakMap<K, V>, key: K, value: V): V {
  known.set(key, value);
  return value;
}
