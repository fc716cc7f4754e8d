import { Malformed } from './malformed.js';
import { readDecimal, readLines, readText } from './text.js';
import type { FormerQuorum, TrustedLog, TrustPolicy, Witness, WitnessGroup } from './trust-policy.js';
import {
  COSIGNATURE_V1,
  ED25519,
  parseVerifierKey,
  type SignatureType,
  type VerifierKey,
  writeVerifierKey,
} from './verifier-key.js';

/** The format asks for at least 32 (C2SP tlog-policy, "Implementation limits"). */
export const MAX_OF_A_KIND = 256;

const FORMAT = 'tlog-policy';
const NONE = 'none';

interface Draft {
  readonly logs: TrustedLog[];
  readonly witnesses: Witness[];
  readonly groups: WitnessGroup[];
  readonly quorums: string[];
  readonly formerQuorums: FormerQuorum[];
  /** Names that are defined by now, and those of them that are members of a group by now. */
  readonly defined: Set<string>;
  readonly members: Set<string>;
}

/**
 * Reads a policy (C2SP tlog-policy, "Policy file syntax and structure"). People write it, so comments and white space
 * are theirs to use, as the format has it, but for comments that begin with `# until`, which say of a log's key above how
 * far it has signed, and with `# quorum until`, which say whose cosignature was asked for up to a size. Names are compared
 * octet by octet.
 *
 * @throws Malformed, beyond what the format asks, for what is not UTF-8, for a witness with the key of a log, for
 *   numbers with leading zeros, for keys of types other than 0x01 (logs) and 0x04 (witnesses), and for an `# until` or
 *   `# quorum until` of another form.
 */
export function parseTrustPolicy(input: Uint8Array | string): TrustPolicy {
  const text = readText(FORMAT, input);
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(text)) throw new Malformed(FORMAT, 'has a control character');
  const draft: Draft = {
    logs: [],
    witnesses: [],
    groups: [],
    quorums: [],
    formerQuorums: [],
    defined: new Set(),
    members: new Set(),
  };
  readLines(FORMAT, text).forEach((line, i) => {
    const words = line.split(/[ \t]+/).filter((word) => word !== '');
    if (words[0] === undefined) return;
    try {
      if (words[0].startsWith('#')) readComment(draft, words);
      else readLine(draft, words);
    } catch (error) {
      // Whatever else it were would be a fault of ours.
      if (error instanceof Malformed) throw new Malformed(FORMAT, `line ${i + 1}: ${error.problem}`);
      throw error;
    }
  });
  const [quorum, ...more] = draft.quorums;
  if (quorum === undefined || more.length > 0) throw new Malformed(FORMAT, 'has not exactly one quorum line');
  const { logs, witnesses, groups, formerQuorums } = draft;
  const former = formerQuorums.length === 0 ? {} : { formerQuorums };
  return { logs, witnesses, groups, quorum: quorum === NONE ? null : quorum, ...former };
}

/**
 * One text of a policy: logs with how far they signed, witnesses, groups, quorum, one space between words, thresholds as
 * numbers.
 *
 * @throws Malformed when it would not be read as this policy.
 */
export function writeTrustPolicy({ logs, witnesses, groups, quorum, formerQuorums = [] }: TrustPolicy): string {
  const text = [
    ...logs.flatMap(({ key, url, until }) => [
      ['log', writeVerifierKey(key), url],
      ...(until === undefined ? [] : [['#', 'until', String(until), shortName(key)]]),
    ]),
    ...witnesses.map(({ name, key, url }) => ['witness', name, writeVerifierKey(key), url]),
    ...groups.map(({ name, threshold, members }) => ['group', name, String(threshold), ...members]),
    ['quorum', quorum ?? NONE],
    ...formerQuorums.map((former) => ['#', 'quorum', 'until', String(former.until), former.quorum]),
  ]
    .map(
      (words) =>
        `${words
          .filter((word) => word !== null)
          .map(asWord)
          .join(' ')}\n`,
    )
    .join('');
  parseTrustPolicy(text);
  return text;
}

function asWord(word: string): string {
  refuse(!/^[^\u0000-\u0020\u007f]+$/.test(word), 'a name or URL is empty, or has a space or control character');
  return word;
}

/** `# until <size> <name>+<id>`, and nothing that only looks like it; every other comment is nobody's business. */
function readComment(draft: Draft, words: readonly string[]): void {
  const { logs } = draft;
  if (/^#+ ?quorum until\b/i.test(words.join(' '))) return readFormerQuorum(draft, words);
  const [mark, word, size = '', name = '', ...more] = words;
  if (!/^#+ ?until\b/i.test(words.join(' '))) return;
  refuse(mark !== '#' || word !== 'until', 'a key’s end is written "# until", with one space and in small letters');
  const until = readDecimal(FORMAT, 'the size', size);
  const at = logs.findIndex(({ key }) => shortName(key) === name);
  const log = logs[at];
  refuse(more.length > 0, '"# until" is a size and the name and id of a key');
  if (log === undefined) throw new Malformed(FORMAT, '"# until" names no key of a log above, as <name>+<id>');
  refuse(log.until !== undefined, 'the key has its "# until" already');
  logs[at] = { ...log, until };
}

/** `# quorum until <size> <name>`, of a witness or group above. */
function readFormerQuorum({ formerQuorums, defined }: Draft, words: readonly string[]): void {
  const [mark, quorum, until, size = '', name = '', ...more] = words;
  const isWritten = mark === '#' && quorum === 'quorum' && until === 'until' && more.length === 0;
  refuse(!isWritten, 'a former quorum is written "# quorum until", a size and a name, with single spaces');
  const former = { until: readDecimal(FORMAT, 'the size', size), quorum: name };
  refuse(!defined.has(name), 'the former quorum is not defined above');
  refuse(
    formerQuorums.some((one) => one.until === former.until),
    'there is a former quorum up to that size already',
  );
  formerQuorums.push(former);
  refuse(formerQuorums.length > MAX_OF_A_KIND, `more than ${MAX_OF_A_KIND} former quorums`);
}

/** A verifier key without the key. */
const shortName = (key: VerifierKey): string => writeVerifierKey(key).split('+').slice(0, 2).join('+');

function readLine(draft: Draft, [keyword = '', ...words]: readonly string[]): void {
  switch (keyword) {
    case 'log': {
      const [key = '', url = null, ...more] = words;
      refuse(more.length > 0, 'a log is a key and perhaps a URL');
      draft.logs.push({ key: newKey(draft, key, ED25519), url });
      return refuse(draft.logs.length > MAX_OF_A_KIND, `more than ${MAX_OF_A_KIND} logs`);
    }
    case 'witness': {
      const [name = '', key = '', url = null, ...more] = words;
      refuse(more.length > 0, 'a witness is a name, a key and perhaps a URL');
      draft.witnesses.push({ name, key: newKey(draft, key, COSIGNATURE_V1), url });
      define(draft, name);
      return refuse(draft.witnesses.length > MAX_OF_A_KIND, `more than ${MAX_OF_A_KIND} witnesses`);
    }
    case 'group': {
      const [name = '', threshold = '', ...members] = words;
      draft.groups.push({ name, threshold: thresholdOf(threshold, members.length), members });
      for (const member of members) {
        refuse(!draft.defined.has(member), 'a member is not defined above');
        refuse(draft.members.has(member), 'a member is in a group already');
        draft.members.add(member);
      }
      define(draft, name);
      return refuse(draft.groups.length > MAX_OF_A_KIND, `more than ${MAX_OF_A_KIND} groups`);
    }
    case 'quorum': {
      const [name = '', ...more] = words;
      refuse(more.length > 0 || name === '', 'a quorum is one name');
      refuse(name !== NONE && !draft.defined.has(name), 'the quorum is not defined above');
      draft.quorums.push(name);
      return;
    }
    default:
      throw new Malformed(FORMAT, 'is not a log, witness, group or quorum');
  }
}

function thresholdOf(text: string, members: number): number {
  refuse(members === 0, 'a group has members');
  if (text === 'any') return 1;
  if (text === 'all') return members;
  const threshold = readDecimal(FORMAT, 'the threshold', text);
  refuse(threshold < 1 || threshold > members, 'the threshold is not from 1 to the number of members');
  return threshold;
}

/** Witnesses and groups share their names; `none` is taken. */
function define({ defined }: Draft, name: string): void {
  refuse(name === NONE || defined.has(name), 'the name is taken');
  defined.add(name);
}

/** A public key may stand in a policy once, under whatever name and id ("Public key representation"). */
function newKey({ logs, witnesses }: Draft, text: string, type: SignatureType): VerifierKey {
  const key = parseVerifierKey(text);
  refuse(key.type !== type, `a key of type ${key.type} is not for this`);
  const known = [...logs, ...witnesses].some((one) => one.key.publicKey.equals(key.publicKey));
  refuse(known, 'the public key is in the policy already');
  return key;
}

function refuse(wrong: boolean, problem: string): void {
  if (wrong) throw new Malformed(FORMAT, problem);
}
