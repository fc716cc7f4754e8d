/** What this library uses of Node's Buffer, for browsers. */
export class PortableBuffer extends Uint8Array {
  /** Of an ArrayBuffer it is a view, from the byte `encoding` on. */
  static override from(input: unknown, encoding?: unknown, length?: unknown): PortableBuffer {
    if (typeof input === 'string') return own(encodeText(input, typeof encoding === 'string' ? encoding : 'utf8'));
    if (input instanceof ArrayBuffer) {
      const start = typeof encoding === 'number' ? encoding : 0;
      return new PortableBuffer(input, start, typeof length === 'number' ? length : input.byteLength - start);
    }
    return own(Uint8Array.from(input as ArrayLike<number>));
  }

  static override of(...bytes: number[]): PortableBuffer {
    return own(Uint8Array.from(bytes));
  }

  static alloc(length: number): PortableBuffer {
    return new PortableBuffer(length);
  }

  static allocUnsafe(length: number): PortableBuffer {
    return new PortableBuffer(length);
  }

  static byteLength(text: string): number {
    return encodeText(text, 'utf8').length;
  }

  static concat(parts: readonly Uint8Array[]): PortableBuffer {
    const all = new PortableBuffer(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  static compare(a: Uint8Array, b: Uint8Array): number {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const [x = 0, y = 0] = [a[i], b[i]];
      if (x !== y) return x < y ? -1 : 1;
    }
    return Math.sign(a.length - b.length);
  }

  equals(other: Uint8Array): boolean {
    return PortableBuffer.compare(this, other) === 0;
  }

  override subarray(start?: number, end?: number): PortableBuffer {
    const part = super.subarray(start, end);
    return new PortableBuffer(part.buffer, part.byteOffset, part.length);
  }

  override toString(encoding = 'utf8', start = 0, end = this.length): string {
    return decodeText(this.subarray(start, end), encoding);
  }

  write(text: string): number {
    const bytes = encodeText(text, 'utf8');
    this.set(bytes);
    return bytes.length;
  }

  readUInt16LE(at: number): number {
    return this.view().getUint16(at, true);
  }
  readUInt32LE(at: number): number {
    return this.view().getUint32(at, true);
  }
  readUInt16BE(at: number): number {
    return this.view().getUint16(at);
  }
  readUInt32BE(at: number): number {
    return this.view().getUint32(at);
  }
  readBigUInt64BE(at = 0): bigint {
    return this.view().getBigUint64(at);
  }
  writeUInt16LE(value: number, at: number): void {
    this.view().setUint16(at, value, true);
  }
  writeUInt32LE(value: number, at: number): void {
    this.view().setUint32(at, value, true);
  }
  writeUInt16BE(value: number, at = 0): void {
    this.view().setUint16(at, value);
  }
  writeUInt32BE(value: number, at = 0): void {
    this.view().setUint32(at, value);
  }
  writeBigUInt64BE(value: bigint, at = 0): void {
    this.view().setBigUint64(at, value);
  }
  /** Up to 6 bytes. */
  writeUIntBE(value: number, at: number, length: number): void {
    for (let [i, rest] = [length - 1, value]; i >= 0; i--, rest = Math.floor(rest / 256)) this[at + i] = rest % 256;
  }

  private view(): DataView {
    return new DataView(this.buffer, this.byteOffset, this.length);
  }
}

function own(bytes: Uint8Array): PortableBuffer {
  const copy = new PortableBuffer(bytes.length);
  copy.set(bytes);
  return copy;
}

function encodeText(text: string, encoding: string): Uint8Array {
  switch (encoding) {
    case 'utf8':
      return new TextEncoder().encode(text);
    case 'hex':
      return fromHex(text);
    case 'base64':
    case 'base64url':
      return fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'));
    default:
      throw new RangeError(`there is no ${encoding} here`);
  }
}

/** Takes, as Node does, the pairs of digits up to the first that is none. */
function fromHex(text: string): Uint8Array {
  const wrong = text.search(/[^0-9a-fA-F]/);
  const length = Math.floor((wrong < 0 ? text.length : wrong) / 2);
  return Uint8Array.from({ length }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

/** Takes, as Node does, what is right up to the first character that is not. */
function fromBase64(text: string): Uint8Array {
  const [valid = ''] = /^[A-Za-z0-9+/]*/.exec(text) ?? [];
  const whole = valid.length % 4 === 1 ? valid.slice(0, -1) : valid;
  return Uint8Array.from(atob(whole), (character) => character.charCodeAt(0));
}

function decodeText(bytes: Uint8Array, encoding: string): string {
  switch (encoding) {
    case 'utf8':
      return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    case 'hex':
      return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    case 'base64':
      return toBase64(bytes);
    case 'base64url':
      return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    default:
      throw new RangeError(`there is no ${encoding} here`);
  }
}

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}
