import type { SendResult } from './channel-sender.js';

/** The calls of one sender that have begun, so that closing it lets them come to their end. */
export class UnderWay {
  private readonly calls = new Set<Promise<unknown>>();
  private closing: Promise<void> | null = null;

  /** @param end closes the connections, once nothing needs them any more */
  constructor(private readonly end: () => void | Promise<void>) {}

  /** Makes the call, or says that it may be tried again with another sender when this one was closed. */
  begin(call: () => Promise<SendResult>): Promise<SendResult> {
    return this.unlessClosed(call, { kind: 'transient', code: 'sender_closed', retryAfterMs: null });
  }

  /** The same of a call that is no hand-over. @param closed what to say when this one was closed */
  async unlessClosed<Result>(call: () => Promise<Result>, closed: Result): Promise<Result> {
    if (this.closing !== null) return closed;
    const result = call();
    this.calls.add(result);
    try {
      return await result;
    } finally {
      this.calls.delete(result);
    }
  }

  /** Takes nothing more and lets what is under way come to its end. */
  close(): Promise<void> {
    this.closing ??= Promise.allSettled(this.calls).then(() => this.end());
    return this.closing;
  }
}
