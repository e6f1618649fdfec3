/**
 * What SORT compares: RFC 5256 §2.2, §3 SORT, and the display names of RFC 5957 §3.
 *
 * Texts are prepared by the collation and cut at a length beyond which nobody reads: messages that are
 * the same up to there keep the order of their numbers.
 */
import { parseDate } from "../codec/mime/date.ts";
import { decodeWords } from "../codec/mime/encoded-word.ts";
import type { SortCriterion, SortKeyName } from "../codec/imap/types.ts";
import type { Envelope, EnvelopeAddress } from "../codec/mime/structure.ts";
import { baseSubject } from "./base-subject.ts";
import type { BaseSubject } from "./base-subject.ts";
import { caseMap, compareMapped } from "./collation.ts";

/** What the keys are read from. `envelope` is needed for all but ARRIVAL and SIZE. */
export interface Sortable {
  readonly internalDate: Date;
  readonly size: number;
  readonly envelope: Envelope;
}

export type SortValue = string | number;

/** Characters of a text that count. */
const MAX_KEY = 256;

export function needsEnvelope(criteria: readonly SortCriterion[]): boolean {
  return criteria.some(({ key }) => key !== "ARRIVAL" && key !== "SIZE");
}

export function sortValue(key: SortKeyName, message: Sortable): SortValue {
  const { envelope } = message;
  switch (key) {
    case "ARRIVAL":
      return message.internalDate.getTime();
    case "DATE":
      return sentTime(message);
    case "SIZE":
      return message.size;
    case "SUBJECT":
      return subjectKey(envelope.subject).text;
    case "FROM":
      return text(envelope.from[0]?.mailbox ?? "");
    case "TO":
      return text(envelope.to[0]?.mailbox ?? "");
    case "CC":
      return text(envelope.cc[0]?.mailbox ?? "");
    case "DISPLAYFROM":
      return text(displayName(envelope.from[0]));
    case "DISPLAYTO":
      return text(displayName(envelope.to[0]));
  }
}

/** The base subject, prepared. */
export function subjectKey(subject: string | null): BaseSubject {
  const base = baseSubject(subject ?? "");
  return { text: text(base.text), isReply: base.isReply };
}

/** RFC 5256 §2.2: the Date of the message, by UTC; without one that can be read, when it arrived. */
export function sentTime({ envelope, internalDate }: Omit<Sortable, "size">): number {
  const sent = envelope.date === null ? null : parseDate(envelope.date);
  return (sent ?? internalDate).getTime();
}

function text(value: string): string {
  return caseMap(value.slice(0, MAX_KEY));
}

/** RFC 5957 §3: the display name, else the address; a group's name stands where its mailbox would. */
function displayName(address: EnvelopeAddress | undefined): string {
  if (address === undefined) return "";
  const name = decodeWords(address.name ?? "").trim();
  if (name !== "") return name;
  const mailbox = address.mailbox ?? "";
  return address.host === null ? mailbox : `${mailbox}@${address.host}`;
}

export interface Sorted {
  /** As many as there are criteria. */
  readonly values: readonly SortValue[];
  readonly uid: number;
}

/** By the criteria in turn; what is equal in all of them stays in the order of the mailbox. */
export function compareSorted(
  criteria: readonly SortCriterion[],
): (a: Sorted, b: Sorted) => number {
  const signs = criteria.map(({ reverse }) => (reverse ? -1 : 1));
  return (a, b) => {
    for (const [at, sign] of signs.entries()) {
      const order = compareValues(a.values[at] ?? 0, b.values[at] ?? 0);
      if (order !== 0) return order * sign;
    }
    return a.uid - b.uid;
  };
}

function compareValues(a: SortValue, b: SortValue): number {
  if (typeof a === "number" || typeof b === "number") return Number(a) - Number(b);
  return compareMapped(a, b);
}
