/** The field of P-256 and its coefficient b (FIPS 186-5; SEC 2, 2.4.2). */
const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

/**
 * Whether 65 bytes are an uncompressed point of the curve P-256 (SEC 1, 2.3.4), as the key of a push subscription must be:
 * nothing can be encrypted for another one, and trying to is an exception in whatever library tries.
 */
export function isP256Point(bytes: Uint8Array): boolean {
  if (bytes.length !== 65 || bytes[0] !== 4) return false;
  const x = numberOf(bytes.subarray(1, 33));
  const y = numberOf(bytes.subarray(33));
  return x < P && y < P && (y * y - (x * x * x - 3n * x + B)) % P === 0n;
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`);
}
