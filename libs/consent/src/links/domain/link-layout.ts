/**
 * What a link may be used for. The byte is under the code that protects the link, so a link made for one
 * use is none for another. Add kinds, never reuse a byte.
 */
export const LINK_KINDS = { opt_out: 0x01, manage: 0x02, confirm: 0x10, click: 0x20, open: 0x21 } as const;
export type LinkKind = keyof typeof LINK_KINDS;

const VERSION = 1;
const ID_BYTES = 16;

/** Version, kind, then three ids. */
export const LINK_BYTES = 2 + 3 * ID_BYTES;

/** Version and kind in hexadecimal: a link is laid out for every mail, so it is made as one text and one buffer. */
const HEADS = Object.fromEntries(
  Object.entries(LINK_KINDS).map(([kind, byte]) => [kind, Buffer.from([VERSION, byte]).toString('hex')]),
) as Readonly<Record<LinkKind, string>>;

/** What a link carries, as UUIDs in lower case; which ids they are is the kind's business. */
export type LinkIds = readonly [string, string, string];

/** @throws RangeError when one of the ids is not a UUID. */
export function layOutLink(kind: LinkKind, ids: LinkIds): Buffer {
  const hex = ids.map((id) => {
    if (!/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(id))
      throw new RangeError('a link needs UUIDs');
    return id.replaceAll('-', '');
  });
  return Buffer.from(`${HEADS[kind]}${hex[0]}${hex[1]}${hex[2]}`, 'hex');
}

/** The ids of a link of this kind; null for another kind, another version, another length. */
export function readLink(kind: LinkKind, bytes: Buffer): LinkIds | null {
  if (bytes.length !== LINK_BYTES || bytes[0] !== VERSION || bytes[1] !== LINK_KINDS[kind]) return null;
  const id = (index: number): string => {
    const hex = bytes.toString('hex', 2 + index * ID_BYTES, 2 + (index + 1) * ID_BYTES);
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  };
  return [id(0), id(1), id(2)];
}
