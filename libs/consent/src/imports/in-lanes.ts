export interface Lanes<Part, Answer> {
  /** So many parts at once, at most. */
  readonly most: number;
  /** Looks again at what a part is about, before it begins and whenever an earlier one is done. */
  readonly look?: (part: Part) => Promise<Part>;
  /** Whether the later of two parts must find what the earlier one did. */
  readonly meets: (earlier: Part, later: Part) => boolean;
  readonly carryOut: (part: Part) => Promise<Answer>;
}

/**
 * Carries parts out several at a time and answers in their order. One that meets an earlier part which is not done yet
 * waits for it. When one fails, or nobody asks for more, those that had begun are waited for and no other begins.
 */
export async function* inLanes<Part, Answer>(
  parts: AsyncIterable<Part>,
  { most, look = async (part) => part, meets, carryOut }: Lanes<Part, Answer>,
): AsyncGenerator<Answer> {
  const running: { readonly part: Part; readonly answer: Promise<Answer> }[] = [];
  const first = async (): Promise<Answer> => {
    const [head] = running;
    if (head === undefined) throw new Error('nothing runs');
    const answer = await head.answer;
    running.shift();
    return answer;
  };
  try {
    for await (const read of parts) {
      let part = await look(read);
      while (running.length >= most || running.some((earlier) => meets(earlier.part, part))) {
        yield await first();
        part = await look(read);
      }
      const answer = carryOut(part);
      answer.catch(() => undefined); // Told when its turn comes.
      running.push({ part, answer });
    }
    while (running.length > 0) yield await first();
  } finally {
    await Promise.allSettled(running.map(({ answer }) => answer));
  }
}
