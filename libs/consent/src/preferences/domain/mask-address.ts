import type { Channel } from '#lib/kernel';

/**
 * Enough of an address for its owner to know it, and not enough for anybody else to use it: a page that was forwarded
 * must not hand it over. Null on channels whose addresses nobody knows by heart.
 */
export function maskAddress(channel: Channel, address: string): string | null {
  switch (channel) {
    case 'email': {
      const at = address.lastIndexOf('@');
      const domain = address.slice(at + 1);
      const dot = domain.lastIndexOf('.');
      return `${first(address.slice(0, at))}***@${first(domain.slice(0, dot))}***${domain.slice(dot)}`;
    }
    case 'sms':
    case 'whatsapp':
    case 'phone':
      return `${address.slice(0, 3)} *** ${address.slice(-2)}`;
    case 'push':
    case 'teams':
    case 'webhook':
      return null;
  }
}

function first(text: string): string {
  return [...text][0] ?? '';
}
