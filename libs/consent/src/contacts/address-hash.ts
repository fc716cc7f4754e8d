import { type BrandId, CHANNELS, type Channel } from '#lib/kernel';
import { hashAddress, type Tx } from '#lib/platform';
import { checkAddress } from './domain/address.js';
import { NUMBERED, numberForms } from './domain/number-forms.js';

/** An address as somebody wrote it. */
export interface WrittenAddress {
  readonly channel: Channel;
  readonly address: string;
}

/**
 * The keyed hashes under which an address may be kept, the one first that is kept today: before numbers were compared
 * without regard to their form, each form had its own. None for what is no address of the channel, or is of none that there is.
 */
export function addressHashesOf(key: Buffer, brandId: string, channel: string, address: string): Buffer[] {
  const known = CHANNELS.find((one) => one === channel);
  const checked = known === undefined ? null : checkAddress(known, address);
  if (known === undefined || checked?.ok !== true) return [];
  const forms = NUMBERED.has(known)
    ? new Set([...numberForms(known, checked.normalized), checked.address])
    : [checked.normalized];
  return Array.from(forms, (form) => hashAddress(key, brandId, channel, form));
}

/**
 * The keyed hash by which each address is found, in their order. That of a number is the one under which the brand has
 * known it in whichever form, so that what was said there long ago is known again, also of whoever was erased.
 * @throws Error when one is no address of its channel
 */
export async function knownHashes(
  tx: Tx,
  key: Buffer,
  brandId: BrandId,
  addresses: readonly WrittenAddress[],
): Promise<Buffer[]> {
  const asked = addresses.map(({ channel, address }) => ({
    channel,
    hashes: addressHashesOf(key, brandId, channel, address),
  }));
  const several = asked.filter(({ hashes }) => hashes.length > 1);
  const known = several.length === 0 ? KNOWN_NOWHERE : await knownAmong(tx, brandId, several);
  return asked.map(({ channel, hashes }) => {
    const among = (holds: ReadonlySet<string>) => hashes.find((hash) => holds.has(nameOf(channel, hash)));
    const hash = among(known.points) ?? among(known.suppressed) ?? hashes[0];
    if (hash === undefined) throw new Error('an address that was not checked');
    return hash;
  });
}

const KNOWN_NOWHERE: Awaited<ReturnType<typeof knownAmong>> = { points: new Set(), suppressed: new Set() };

function nameOf(channel: Channel, hash: Buffer): string {
  return `${channel} ${hash.toString('hex')}`;
}

async function knownAmong(
  tx: Tx,
  brandId: BrandId,
  asked: readonly { readonly channel: Channel; readonly hashes: readonly Buffer[] }[],
): Promise<{ readonly points: ReadonlySet<string>; readonly suppressed: ReadonlySet<string> }> {
  const all = asked.flatMap(({ channel, hashes }) => hashes.map((hash) => ({ channel, hash })));
  const rows = await tx.sql<{ channel: Channel; hash: Buffer; hasPoint: boolean; isSuppressed: boolean }>`
    SELECT a.channel, a.hash,
           EXISTS (SELECT FROM consent.contact_point
                    WHERE brand_id = ${brandId} AND channel = a.channel AND address_hash = a.hash) AS "hasPoint",
           EXISTS (SELECT FROM consent.suppression_fact
                    WHERE brand_id = ${brandId} AND channel = a.channel AND address_hash = a.hash) AS "isSuppressed"
      FROM unnest(${all.map(({ channel }) => channel)}::text[], ${all.map(({ hash }) => hash)}::bytea[]) AS a (channel, hash)`;
  const named = (of: typeof rows) => new Set(of.map(({ channel, hash }) => nameOf(channel, hash)));
  return { points: named(rows.filter((r) => r.hasPoint)), suppressed: named(rows.filter((r) => r.isSuppressed)) };
}
