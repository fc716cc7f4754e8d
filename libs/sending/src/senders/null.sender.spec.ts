import { NullSender } from './null.sender.js';
import { describeSenderContract } from './testing/sender-contract.js';

describeSenderContract('the null sender', () => {
  const sender = new NullSender('email');
  return Promise.resolve({ sender, provider: null, close: () => sender.close() });
});
