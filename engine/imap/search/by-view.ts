/** What the folder's view answers: flags, numbers, dates, sizes, ids. No I/O. RFC 9051 §6.4.4. */
import { spansContain, toSpans } from "../../../lib/codec/imap/numset.ts";
import type { NumSet, Span } from "../../../lib/codec/imap/numset.ts";
import { ImapSyntaxError } from "../../../lib/codec/imap/syntax-error.ts";
import type { Day } from "../../../lib/codec/imap/types.ts";
import { flagBit } from "../../../lib/mail/flags.ts";
import { objectId } from "../fetch/message.ts";
import type { Selected } from "../selected.ts";
import type { Leaf, Verdict } from "./logic.ts";

/** A message that is looked at. */
export interface Candidate {
  readonly uid: number;
  readonly seq: number;
  readonly row: number;
}

/** Answers leaves for one search over one mailbox. Sets are read once, not once per message. */
export function viewJudge(
  selected: Selected,
  { now, anyNumber }: { now: Date; anyNumber: boolean },
): (key: Leaf, candidate: Candidate) => Verdict {
  const { open } = selected;
  const inSet = setMembership(selected, anyNumber);
  return (key, { uid, seq, row }) => {
    switch (key.kind) {
      case "all":
      case "saveDateSupported":
        return true;
      case "recent":
        return false; // open-mailbox.ts says why
      case "seq":
        return inSet(key.set, "seq", { uid, number: seq });
      case "uid":
        return inSet(key.set, "uid", { uid, number: uid });
      case "flag":
        return (open.flagsAt(row) & flagBit(key.flag)) !== 0;
      case "keyword":
        return hasKeyword(open.keywordsAt(row), key.keyword);
      case "larger":
        return open.sizeAt(row) > key.size;
      case "smaller":
        return open.sizeAt(row) < key.size;
      case "modseq":
        return open.modseqAt(row) >= key.modseq;
      case "older":
        return open.internalDateAt(row).getTime() <= now.getTime() - key.seconds * 1000;
      case "younger":
        return open.internalDateAt(row).getTime() >= now.getTime() - key.seconds * 1000;
      case "emailId":
        return objectId("M", open.messageAt(row).emailId) === key.id;
      case "threadId":
        return objectId("T", open.messageAt(row).threadId) === key.id;
      case "date": {
        if (key.of === "sent") return null;
        const at = key.of === "received" ? open.internalDateAt(row) : open.messageAt(row).saveDate;
        return compareDays(utcDay(at), key.relation, key.day);
      }
      case "body":
      case "text":
        return key.value === "" ? true : null;
      case "header":
        return null;
    }
  };
}

function setMembership(selected: Selected, anyNumber: boolean) {
  const { tracker } = selected;
  const spans = new Map<NumSet, readonly Span[]>();
  const saved = new Set(selected.saved);
  return (set: NumSet, kind: "seq" | "uid", { uid, number }: { uid: number; number: number }) => {
    if (set === "$") return saved.has(uid);
    const known = spans.get(set);
    if (known !== undefined) return spansContain(known, number);
    const fresh = toSpans(set, kind === "seq" ? tracker.exists : tracker.lastUid);
    if (kind === "seq" && !anyNumber && (fresh.at(-1)?.[1] ?? 0) > tracker.exists)
      throw new ImapSyntaxError("There is no message of that number");
    spans.set(set, fresh);
    return spansContain(fresh, number);
  };
}

function hasKeyword(keywords: readonly string[], wanted: string): boolean {
  return keywords.some((keyword) => keyword.toLowerCase() === wanted.toLowerCase());
}

function utcDay(at: Date): Day {
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate() };
}

export function compareDays(day: Day, relation: "before" | "on" | "since", other: Day): boolean {
  const difference = ordinal(day) - ordinal(other);
  if (relation === "before") return difference < 0;
  return relation === "on" ? difference === 0 : difference >= 0;
}

/** Not a count of days: only its order counts. */
function ordinal({ year, month, day }: Day): number {
  return (year * 12 + month) * 31 + day;
}
