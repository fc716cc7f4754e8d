/** SHA-256 and SHA-512 (FIPS 180-4) for where node:crypto is not: inside a report that is opened in a browser. */

/** Fractions of roots of the first primes, 64 bits each; SHA-256 uses the upper halves (sections 4.2 and 5.3). */
const PRIMES = firstPrimes(80);
const K512 = PRIMES.map((prime) => root(prime << 192n, 3n) & 0xffff_ffff_ffff_ffffn);
const H512 = PRIMES.slice(0, 8).map((prime) => root(prime << 128n, 2n) & 0xffff_ffff_ffff_ffffn);
const K256 = Int32Array.from(K512.slice(0, 64), (k) => Number(BigInt.asIntN(32, k >> 32n)));
const H256 = H512.map((h) => Number(BigInt.asIntN(32, h >> 32n)));

export function sha256(message: Uint8Array): Uint8Array {
  const padded = pad(message, 64, 8);
  const view = new DataView(padded.buffer);
  const state = Int32Array.from(H256);
  const w = new Int32Array(64);
  for (let at = 0; at < padded.length; at += 64) {
    for (let t = 0; t < 16; t++) w[t] = view.getInt32(at + 4 * t);
    for (let t = 16; t < 64; t++) {
      const [x, y] = [w[t - 15] ?? 0, w[t - 2] ?? 0];
      const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
      const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
      w[t] = (w[t - 16] ?? 0) + s0 + (w[t - 7] ?? 0) + s1;
    }
    compress256(state, w);
  }
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => digest.setInt32(4 * i, word));
  return new Uint8Array(digest.buffer);
}

function compress256(state: Int32Array, w: Int32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let t = 0; t < 64; t++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (K256[t] ?? 0) + (w[t] ?? 0)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = (state[i] ?? 0) + word));
}

export function sha512(message: Uint8Array): Uint8Array {
  const padded = pad(message, 128, 16);
  const view = new DataView(padded.buffer);
  let state = H512;
  for (let at = 0; at < padded.length; at += 128) {
    const w = Array.from({ length: 16 }, (_, t) => view.getBigUint64(at + 8 * t));
    for (let t = 16; t < 80; t++) {
      const [x, y] = [w[t - 15] ?? 0n, w[t - 2] ?? 0n];
      const s0 = rotate64(x, 1n) ^ rotate64(x, 8n) ^ (x >> 7n);
      const s1 = rotate64(y, 19n) ^ rotate64(y, 61n) ^ (y >> 6n);
      w.push(BigInt.asUintN(64, (w[t - 16] ?? 0n) + s0 + (w[t - 7] ?? 0n) + s1));
    }
    state = compress512(state, w);
  }
  const digest = new DataView(new ArrayBuffer(64));
  state.forEach((word, i) => digest.setBigUint64(8 * i, word));
  return new Uint8Array(digest.buffer);
}

function compress512(state: readonly bigint[], w: readonly bigint[]): bigint[] {
  let [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n, g = 0n, h = 0n] = state;
  for (let t = 0; t < 80; t++) {
    const s1 = rotate64(e, 14n) ^ rotate64(e, 18n) ^ rotate64(e, 41n);
    const t1 = h + s1 + ((e & f) ^ (BigInt.asUintN(64, ~e) & g)) + (K512[t] ?? 0n) + (w[t] ?? 0n);
    const s0 = rotate64(a, 28n) ^ rotate64(a, 34n) ^ rotate64(a, 39n);
    const t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e] = [g, f, e, BigInt.asUintN(64, d + t1)];
    [d, c, b, a] = [c, b, a, BigInt.asUintN(64, t1 + t2)];
  }
  return [a, b, c, d, e, f, g, h].map((word, i) => BigInt.asUintN(64, (state[i] ?? 0n) + word));
}

/** A one, zeros, and the length in bits at the end of the last block (section 5.1). */
function pad(message: Uint8Array, block: number, lengthBytes: number): Uint8Array<ArrayBuffer> {
  const padded = new Uint8Array(Math.ceil((message.length + 1 + lengthBytes) / block) * block);
  padded.set(message);
  padded[message.length] = 0x80;
  new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(message.length) * 8n);
  return padded;
}

const rotate = (x: number, n: number): number => (x >>> n) | (x << (32 - n));
const rotate64 = (x: bigint, n: bigint): bigint => BigInt.asUintN(64, (x >> n) | (x << (64n - n)));

function firstPrimes(count: number): bigint[] {
  const primes: bigint[] = [];
  for (let n = 2n; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0n)) primes.push(n);
  return primes;
}

/** The largest integer whose `degree`-th power is at most `n`, by Newton's method from above. */
function root(n: bigint, degree: bigint): bigint {
  let guess = 1n << BigInt(Math.ceil(n.toString(2).length / Number(degree)));
  for (;;) {
    const next = ((degree - 1n) * guess + n / guess ** (degree - 1n)) / degree;
    if (next >= guess) return guess;
    guess = next;
  }
}
