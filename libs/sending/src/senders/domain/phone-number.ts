import type { SendResult } from '../channel-sender.js';

/** Whether it is one number in the form of E.164: `+4915123456789`. */
export function isPhoneNumber(address: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(address);
}

export const NO_NUMBER = {
  kind: 'rejected',
  code: 'invalid_address.no_number',
  hardBounce: false,
} as const satisfies SendResult;
