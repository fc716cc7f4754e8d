/** What is answered, unpacked; null as soon as it is more than this, and the rest is not read: somebody else chose how much it is. */
export async function boundedBytes(answer: Response, most: number): Promise<Buffer | null> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer.body ?? []) {
    bytes += (part as Uint8Array).length;
    if (bytes > most) return null;
    parts.push(part as Uint8Array);
  }
  return Buffer.concat(parts);
}
