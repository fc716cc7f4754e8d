import {
  checkSignatures,
  EMPTY_ROOT,
  Malformed,
  type NoteSignature,
  parseHashLines,
  parseSignedClaim,
  type SignedCheckpoint,
  type SignedNote,
  type VerifierKey,
  verifyConsistency,
} from '#lib/proof';

/** What a witness makes of a checkpoint it is shown, with the status that says so (C2SP tlog-witness, "add-checkpoint"). */
export type Judged =
  | { readonly status: 200; readonly note: SignedNote }
  | { readonly status: 409; readonly size: number }
  | { readonly status: 400 | 403 | 404 | 422; readonly problem: string };

/** The largest tree that was cosigned of a log, as it is kept; null of one that was never seen. */
export type LatestOf = (origin: string) => SignedCheckpoint | null;

const NOTHING = { size: 0, root: EMPTY_ROOT };

/**
 * Judges the body of a request. The order of the checks is that of the specification: who asks comes before what for.
 * @param logs keys of the logs it watches; the name of a key is the origin of its log
 */
export function judge(body: string, logs: readonly VerifierKey[], latestOf: LatestOf): Judged {
  let request: Request;
  try {
    request = parseRequest(body);
  } catch (error) {
    if (error instanceof Malformed) return { status: 400, problem: error.message };
    throw error;
  }
  const { old, proof, signed } = request;
  const { origin, size } = signed.checkpoint;
  const known = logs.filter(({ name }) => name === origin);
  if (known.length === 0) return { status: 404, problem: 'this log is not watched here' };
  const { verified, wrong } = checkSignatures(signed.note, known);
  if (verified.length === 0 || wrong.length > 0) return { status: 403, problem: 'the log has not signed this' };
  if (old > size) return { status: 400, problem: 'the old size is larger than that of the checkpoint' };

  const latest = latestOf(origin);
  const from = latest?.checkpoint ?? NOTHING;
  if (old !== from.size) return { status: 409, size: from.size };
  const check = verifyConsistency({ from, to: signed.checkpoint }, proof);
  if (!check.holds) return { status: 422, problem: check.problem };
  return { status: 200, note: signedBy(known, signed.note, latest?.note.signatures ?? []) };
}

/**
 * The text with one line of each of these keys that has signed it, whether that is shown now or was before. Whoever asks
 * may write below a checkpoint what they like, and as much, and may leave lines out: of that nothing is kept, nor lost.
 */
function signedBy(
  keys: readonly VerifierKey[],
  { text, signatures }: SignedNote,
  before: readonly NoteSignature[],
): SignedNote {
  const isBy = (key: VerifierKey, line: NoteSignature): boolean =>
    checkSignatures({ text, signatures: [line] }, [key]).verified.length > 0;
  const lines = [...signatures, ...before];
  return { text, signatures: keys.flatMap((key) => lines.find((line) => isBy(key, line)) ?? []) };
}

interface Request {
  readonly old: number;
  readonly proof: readonly Buffer[];
  readonly signed: SignedCheckpoint;
}

function parseRequest(body: string): Request {
  const end = body.indexOf('\n\n');
  const first = body.slice(0, Math.max(0, body.indexOf('\n')));
  const old = /^old (0|[1-9][0-9]{0,15})$/.exec(first)?.[1];
  if (end < 0 || old === undefined) throw new Malformed('request', 'does not begin with an old size');
  const size = Number(old);
  if (!Number.isSafeInteger(size)) throw new Malformed('request', 'the old size is above 2^53 - 1');
  const proof = parseHashLines(body.slice(first.length + 1, end + 1));
  return { old: size, proof, signed: parseSignedClaim(body.slice(end + 2)) };
}
