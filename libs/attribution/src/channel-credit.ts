import { ExactSums } from './exact-sums.js';

/** What one model gives each channel, in the order of `PathTable.channels`. */
export interface ChannelCredit {
  readonly conversions: Float64Array;
  readonly value: Float64Array;
}

/** Gathers the shares of touches, exactly. */
export class CreditSums {
  readonly conversions: ExactSums;
  readonly value: ExactSums;

  constructor(channels: number) {
    this.conversions = new ExactSums(channels);
    this.value = new ExactSums(channels);
  }

  add(channel: number, share: number, conversions: number, value: number): void {
    if (share === 0) return;
    this.conversions.add(channel, share * conversions);
    this.value.add(channel, share * value);
  }

  rounded(): ChannelCredit {
    return { conversions: this.conversions.rounded(), value: this.value.rounded() };
  }
}
