/** What the folder's view answers: flags, numbers, dates, sizes, ids. No I/O. RFC 9051 §6.4.4. */
import { spansContain, toSpans } from "../../../lib/codec/imap/numset.ts";
import type { NumSet, Span } from "../../../lib/codec/imap/numset.ts";
import { ImapSyntaxError } from "../../../lib/codec/imap/syntax-error.ts";
import type { Day } from "../../../lib/codec/imap/types.ts";
import { flagBit } from "../../../lib/mail/flags.ts";
import { objectId } from "../fetch/message.ts";
import type { OpenFolder } from "../../../lib/mail/ports.ts";
import type { Selected } from "../selected.ts";
import type { Leaf, Verdict } from "./logic.ts";

/** A message that is looked at. */
export interface Candidate {
  readonly uid: number;
  readonly seq: number;
  readonly row: number;
}

/** What the view says of one message. */
export type ViewTest = (candidate: Candidate) => Verdict;

const YES: ViewTest = () => true;
const NO: ViewTest = () => false;
const UNKNOWN: ViewTest = () => null;

/**
 * Tests of leaves for one search over one mailbox. What can be worked out once is, not once per message:
 * a million of them are asked.
 */
export function viewTests(
  selected: Selected,
  { now, anyNumber }: { now: Date; anyNumber: boolean },
): (key: Leaf) => ViewTest {
  const { open } = selected;
  const inSet = setMembership(selected, anyNumber);
  return (key) => {
    switch (key.kind) {
      case "all":
      case "saveDateSupported":
        return YES;
      case "recent":
        return NO; // open-mailbox.ts says why
      case "seq":
        return ({ uid, seq }) => inSet(key.set, "seq", { uid, number: seq });
      case "uid":
        return ({ uid }) => inSet(key.set, "uid", { uid, number: uid });
      case "flag": {
        const bit = flagBit(key.flag);
        return ({ row }) => (open.flagsAt(row) & bit) !== 0;
      }
      case "keyword":
        return ({ row }) => hasKeyword(open.keywordsAt(row), key.keyword);
      case "larger":
        return ({ row }) => open.sizeAt(row) > key.size;
      case "smaller":
        return ({ row }) => open.sizeAt(row) < key.size;
      case "modseq":
        return ({ row }) => open.modseqAt(row) >= key.modseq;
      case "older":
      case "younger": {
        const at = now.getTime() - key.seconds * 1000;
        if (key.kind === "older") return ({ row }) => open.internalDateAt(row).getTime() <= at;
        return ({ row }) => open.internalDateAt(row).getTime() >= at;
      }
      case "emailId":
        return ({ row }) => objectId("M", open.messageAt(row).emailId) === key.id;
      case "threadId":
        return ({ row }) => objectId("T", open.messageAt(row).threadId) === key.id;
      case "date":
        return key.of === "sent" ? UNKNOWN : dateTest(open, { ...key, of: key.of });
      case "body":
      case "text":
        return key.value === "" ? YES : UNKNOWN;
      case "header":
        return UNKNOWN;
    }
  };
}

function dateTest(
  open: OpenFolder,
  { of, relation, day }: { of: "received" | "saved"; relation: Relation; day: Day },
): ViewTest {
  if (of === "received")
    return ({ row }) => compareDays(utcDay(open.internalDateAt(row)), relation, day);
  return ({ row }) => compareDays(utcDay(open.messageAt(row).saveDate), relation, day);
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

type Relation = "before" | "on" | "since";

export function compareDays(day: Day, relation: Relation, other: Day): boolean {
  const difference = ordinal(day) - ordinal(other);
  if (relation === "before") return difference < 0;
  return relation === "on" ? difference === 0 : difference >= 0;
}

/** Not a count of days: only its order counts. */
function ordinal({ year, month, day }: Day): number {
  return (year * 12 + month) * 31 + day;
}
