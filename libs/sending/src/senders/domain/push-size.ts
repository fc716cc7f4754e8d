/** A push service must take 4,096 octets (RFC 8030, 7.2), of which the encryption needs 103 (RFC 8291, 4). */
export const MOST_PUSH_BYTES = 3993;
