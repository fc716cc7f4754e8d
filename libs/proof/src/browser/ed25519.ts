import { sha512 } from './sha2.js';

/** Verifies Ed25519 signatures (RFC 8032, section 5.1.7) where node:crypto is not. Checks only, so its timing tells nothing. */

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = mod(-121665n * inverse(121666n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

/** In extended coordinates: x = X/Z, y = Y/Z, x·y = T/Z. */
type Point = readonly [X: bigint, Y: bigint, Z: bigint, T: bigint];
const ZERO: Point = [0n, 1n, 1n, 0n];
const BASE = basePoint();

export function verifyEd25519(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  const key = decode(publicKey);
  const s = littleEndian(signature.subarray(32));
  if (key === null || s >= L) return false;
  const k = littleEndian(sha512(Uint8Array.from([...signature.subarray(0, 32), ...publicKey, ...message]))) % L;
  const r = add(multiply(BASE, s), multiply(negate(key), k));
  return encode(r).every((byte, i) => byte === signature[i]);
}

function decode(bytes: Uint8Array): Point | null {
  const sign = (bytes[31] ?? 0) >> 7;
  const y = littleEndian(bytes) % 2n ** 255n;
  if (y >= P) return null;
  const [u, v] = [mod(y * y - 1n), mod(D * y * y + 1n)];
  let x = mod(u * v ** 3n * power(mod(u * v ** 7n), (P - 5n) / 8n));
  if (mod(v * x * x) === mod(-u)) x = mod(x * ROOT_OF_MINUS_ONE);
  if (mod(v * x * x) !== u || (x === 0n && sign === 1)) return null;
  if (Number(x % 2n) !== sign) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

function encode([X, Y, Z]: Point): Uint8Array {
  const z = inverse(Z);
  const [x, y] = [mod(X * z), mod(Y * z)];
  let rest = y + (x % 2n) * 2n ** 255n;
  const bytes = new Uint8Array(32);
  for (let i = 0; i < 32; i++, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}

/** Section 5.1.4; complete, so it doubles as well. */
function add([x1, y1, z1, t1]: Point, [x2, y2, z2, t2]: Point): Point {
  const a = mod((y1 - x1) * (y2 - x2));
  const b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * D * t1 * t2);
  const d = mod(2n * z1 * z2);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function multiply(point: Point, scalar: bigint): Point {
  let sum = ZERO;
  for (let [rest, power] = [scalar, point]; rest > 0n; rest >>= 1n, power = add(power, power)) {
    if (rest % 2n === 1n) sum = add(sum, power);
  }
  return sum;
}

const negate = ([x, y, z, t]: Point): Point => [mod(-x), y, z, mod(-t)];

function basePoint(): Point {
  const y = mod(4n * inverse(5n));
  const bytes = encode([0n, y, 1n, 0n]);
  const point = decode(bytes);
  if (point === null) throw new Error('the base point has no x');
  return point;
}

function littleEndian(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

function mod(n: bigint): bigint {
  const rest = n % P;
  return rest < 0n ? rest + P : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let [b, e] = [mod(base), exponent]; e > 0n; e >>= 1n, b = mod(b * b))
    if (e % 2n === 1n) result = mod(result * b);
  return result;
}

function inverse(n: bigint): bigint {
  return power(n, P - 2n);
}
