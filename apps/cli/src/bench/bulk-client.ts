import http from 'node:http';

export interface BulkResult {
  /** Milliseconds from the first byte of a batch to the last byte of its answers. */
  readonly batchMs: readonly number[];
  readonly accepted: number;
  /** The first answers that were not 202, for the report. */
  readonly refusals: readonly string[];
}

const LINE_END = 0x0a;

/**
 * Sends lines as one stream to POST /v1/messages:bulk. A few batches are on their way at any time: enough to keep
 * the api busy, few enough that a batch's latency is that of the api and not of our own queue.
 *
 * @param batches each the bytes of `linesPerBatch` lines, the last one possibly of fewer
 * @param window batches without an answer at most
 */
export async function sendBulk(
  apiUrl: string,
  apiKey: string,
  batches: readonly { readonly bytes: Buffer; readonly lines: number }[],
  window: number,
): Promise<BulkResult> {
  return new Promise((resolve, reject) => {
    const request = http.request(`${apiUrl}/v1/messages:bulk`, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/x-ndjson' },
    });
    const sentAt: number[] = [];
    const ends: number[] = [];
    let total = 0;
    for (const { lines } of batches) ends.push((total += lines));

    const batchMs: number[] = [];
    const refusals: string[] = [];
    let answered = 0;
    let accepted = 0;
    const send = (): void => {
      while (sentAt.length < batches.length && sentAt.length - batchMs.length < window) {
        const batch = batches[sentAt.length];
        sentAt.push(performance.now());
        request.write(batch?.bytes ?? '');
      }
      if (sentAt.length === batches.length) request.end();
    };
    const onLine = (line: Buffer): void => {
      answered++;
      if (line.includes('"status":202,')) accepted++;
      else if (refusals.length < 3) refusals.push(line.toString('utf8', 0, 500));
      if (answered === ends[batchMs.length]) {
        batchMs.push(performance.now() - (sentAt[batchMs.length] ?? 0));
        send();
      }
    };

    request.on('error', reject);
    request.on('response', (response) => {
      let rest: Buffer = Buffer.alloc(0);
      response.on('data', (chunk: Buffer) => {
        const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
        let from = 0;
        for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, from)) {
          onLine(bytes.subarray(from, end));
          from = end + 1;
        }
        rest = bytes.subarray(from);
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode !== 200)
          reject(new Error(`messages:bulk answered ${response.statusCode}: ${rest.toString()}`));
        else if (answered !== total) reject(new Error(`messages:bulk answered ${answered} of ${total} lines`));
        else resolve({ batchMs, accepted, refusals });
      });
    });
    send();
  });
}
