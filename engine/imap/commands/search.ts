/**
 * SEARCH and UID SEARCH: RFC 9051 §6.4.4, RFC 3501 §6.4.4, ESEARCH (RFC 4731), SEARCHRES (RFC 5182),
 * MODSEQ (RFC 7162 §3.1.5).
 */
import { formatNumSet } from "../../../lib/codec/imap/numset.ts";
import { searchArguments } from "../../../lib/codec/imap/search-syntax.ts";
import type { SearchKey, SearchReturn } from "../../../lib/codec/imap/types.ts";
import type { Uid } from "../../../lib/mail/ports.ts";
import { command } from "../command.ts";
import type { Call } from "../command.ts";
import { runSearch } from "../search/search.ts";

export const search = command({
  states: ["selected"],
  holdsExpunges: true,
  parse: searchArguments,
  async run({ returns, key }, call) {
    const { session } = call;
    const { mailbox, out } = session;
    const followsModseq = namesModseq(key);
    if (followsModseq) session.enable("CONDSTORE");
    const saves = returns?.includes("SAVE") ?? false;
    const saved = mailbox.saved;
    if (saves) mailbox.saved = []; // RFC 5182 §2.1: a search that fails leaves nothing saved
    const found = await searchWith(call, key, saved);
    if (saves) mailbox.saved = savedOf(found, returns ?? []);
    if (returns === null && !session.rev2) out.line(plainAnswer(call, found, followsModseq));
    else if (returns === null || returns.some((option) => option !== "SAVE"))
      out.line(extendedAnswer(call, found, { returns: returns ?? ["ALL"], followsModseq }));
  },
});

/** "$" in the keys is what was saved before. */
async function searchWith(
  { session }: Call,
  key: SearchKey,
  saved: readonly Uid[],
): Promise<Uid[]> {
  const { mailbox } = session;
  const after = mailbox.saved;
  mailbox.saved = saved;
  try {
    return await runSearch(session, key);
  } finally {
    mailbox.saved = after;
  }
}

/** RFC 5182 §2.4: with MIN or MAX alone, only those are saved. */
function savedOf(found: Uid[], returns: readonly SearchReturn[]): Uid[] {
  const ends = returns.filter((option) => option === "MIN" || option === "MAX");
  if (ends.length === 0 || returns.includes("ALL") || returns.includes("COUNT")) return found;
  return [...new Set(ends.flatMap((end) => found.at(end === "MIN" ? 0 : -1) ?? []))].sort(
    (a, b) => a - b,
  );
}

function numbersOf({ session, uid }: Call, uids: readonly Uid[]): number[] {
  const { tracker } = session.mailbox;
  return uid ? [...uids] : uids.map((one) => tracker.seqOf(one));
}

function plainAnswer(call: Call, found: readonly Uid[], followsModseq: boolean): string {
  const modseq = followsModseq && found.length > 0 ? [`(MODSEQ ${highest(call, found)})`] : [];
  return ["* SEARCH", ...numbersOf(call, found), ...modseq].join(" ");
}

interface Extended {
  readonly returns: readonly SearchReturn[];
  readonly followsModseq: boolean;
}

function extendedAnswer(
  call: Call,
  found: readonly Uid[],
  { returns, followsModseq }: Extended,
): string {
  const numbers = numbersOf(call, found);
  const words = [`* ESEARCH (TAG "${call.tag}")`, ...(call.uid ? ["UID"] : [])];
  if (numbers.length > 0) {
    if (returns.includes("MIN")) words.push(`MIN ${numbers[0]}`);
    if (returns.includes("MAX")) words.push(`MAX ${numbers.at(-1)}`);
    if (returns.includes("ALL")) words.push(`ALL ${formatNumSet(numbers)}`);
  }
  if (returns.includes("COUNT")) words.push(`COUNT ${numbers.length}`);
  const told = savedOf([...found], returns); // RFC 7162 §3.1.10: the modseq of what is returned
  if (followsModseq && told.length > 0) words.push(`MODSEQ ${highest(call, told)}`);
  return words.join(" ");
}

function highest({ session }: Call, uids: readonly Uid[]): number {
  const { open } = session.mailbox;
  let modseq = 0;
  for (const uid of uids) {
    const row = open.rowOf(uid);
    if (row >= 0) modseq = Math.max(modseq, open.modseqAt(row));
  }
  return modseq;
}

function namesModseq(key: SearchKey): boolean {
  switch (key.kind) {
    case "modseq":
      return true;
    case "not":
      return namesModseq(key.key);
    case "or":
      return namesModseq(key.left) || namesModseq(key.right);
    case "and":
      return key.keys.some(namesModseq);
    default:
      return false;
  }
}
