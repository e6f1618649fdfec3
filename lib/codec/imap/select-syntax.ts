/**
 * SELECT and EXAMINE: RFC 9051 §6.3.2, parameters (RFC 4466 §2.1), CONDSTORE and QRESYNC (RFC 7162
 * §3.1.8 and §3.2.5).
 *
 * Refused: parameters we do not know or have read already, "*" and a modseq of 0 in QRESYNC, match
 * data whose two sets do not run in parallel.
 */
import type { Decoder, SpelledName } from "./decoder.ts";
import { numberAt, spanCount, toSpans } from "./numset.ts";
import type { Span } from "./numset.ts";
import { ImapSyntaxError } from "./syntax-error.ts";

/** What a client remembers of a mailbox: RFC 7162 §3.2.5. */
export interface Remembered {
  readonly uidValidity: number;
  readonly modseq: number;
  /** Uids that the client knows; null: all that were ever given out. */
  readonly uids: readonly Span[] | null;
  readonly match: MatchData | null;
}

/** Message numbers and their uids, as the client last knew them; both ascending, of one length. */
export interface MatchData {
  readonly seqs: readonly Span[];
  readonly uids: readonly Span[];
}

export interface SelectCommand extends SpelledName {
  readonly condstore: boolean;
  readonly qresync: Remembered | null;
}

/** Everything after "SELECT SP". */
export function selectArguments(d: Decoder): SelectCommand {
  const mailbox = d.spelledMailbox();
  const found: { condstore: boolean; qresync: Remembered | null } = {
    condstore: false,
    qresync: null,
  };
  if (!d.trySp()) return { ...mailbox, ...found };
  d.list((list) => {
    const word = list.word();
    if (word === "CONDSTORE" && !found.condstore) found.condstore = true;
    else if (word === "QRESYNC" && found.qresync === null) found.qresync = remembered(list.sp());
    else throw new ImapSyntaxError("Unknown SELECT parameter");
  });
  return { ...mailbox, ...found };
}

function remembered(d: Decoder): Remembered {
  const uidValidity = d.special("(").nzNumber();
  const modseq = d.sp().number64();
  if (modseq === 0) throw new ImapSyntaxError("A modseq is above zero");
  let more = d.trySp();
  const uids = more && !d.seesList ? knownSet(d) : null;
  if (uids !== null) more = d.trySp();
  const match = more ? matchData(d) : null;
  d.special(")");
  return { uidValidity, modseq, uids, match };
}

function matchData(d: Decoder): MatchData {
  const seqs = knownSet(d.special("("));
  const uids = knownSet(d.sp());
  d.special(")");
  if (spanCount(seqs) !== spanCount(uids))
    throw new ImapSyntaxError("The numbers and uids to match are not as many");
  return { seqs, uids };
}

/** A set of things known: RFC 7162 §7 forbids "*", which is not known. */
function knownSet(d: Decoder): readonly Span[] {
  const set = d.numSet();
  if (set === "$" || set.some(({ first, last }) => first === "*" || last === "*"))
    throw new ImapSyntaxError('Neither "*" nor "$" is allowed here');
  return toSpans(set, 0);
}

/**
 * The last uid up to which nothing was removed, or 0: `uidOf` tells what stands at a number now. If a
 * message still has its old number, all before it are still there, so a binary search will do.
 */
export function lastMatch({ seqs, uids }: MatchData, uidOf: (seq: number) => number): number {
  let low = 0;
  let high = spanCount(seqs);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (uidOf(numberAt(seqs, middle)) === numberAt(uids, middle)) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : numberAt(uids, low - 1);
}
