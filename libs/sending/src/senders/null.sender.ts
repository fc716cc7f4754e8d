import type { Channel } from '#lib/kernel';
import type { ChannelSender, SendResult, SenderCapabilities } from './channel-sender.js';

/**
 * Accepts everything and sends nothing: for test messages, which never leave the machine, and for
 * measuring the pipeline without a provider. Knows no idempotency key, like SMTP.
 */
export class NullSender implements ChannelSender {
  readonly capabilities: SenderCapabilities;
  private closed = false;

  constructor(channel: Channel) {
    this.capabilities = { channel, keyWindowMs: null, maxCallMs: 1000, concurrency: 64, answeredBy: 'account' };
  }

  send(): Promise<SendResult> {
    return Promise.resolve(
      this.closed
        ? { kind: 'transient', code: 'sender_closed', retryAfterMs: null }
        : { kind: 'accepted', providerRef: null },
    );
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}
