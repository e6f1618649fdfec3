/**
 * Which mailboxes are meant: filter-mailboxes of RFC 5465 §8, as RFC 7377 §4 changes it. Names are
 * taken as they are, "*" and "%" too.
 *
 * Refused: a choice by name without one, and words that are none of these.
 */
import type { Decoder } from "./decoder.ts";
import { MAX_LIST } from "./limits.ts";
import { ImapSyntaxError } from "./syntax-error.ts";

export type MailboxFilter =
  | { readonly kind: "selected" }
  | { readonly kind: "inboxes" | "personal" | "subscribed" }
  | {
      readonly kind: "subtree" | "subtreeOne" | "mailboxes";
      readonly names: readonly string[];
    };

export function mailboxFilter(d: Decoder): MailboxFilter {
  const word = d.word();
  switch (word) {
    case "SELECTED":
      return { kind: "selected" };
    case "INBOXES":
      return { kind: "inboxes" };
    case "PERSONAL":
      return { kind: "personal" };
    case "SUBSCRIBED":
      return { kind: "subscribed" };
    case "SUBTREE":
      return { kind: "subtree", names: names(d.sp()) };
    case "SUBTREE-ONE":
      return { kind: "subtreeOne", names: names(d.sp()) };
    case "MAILBOXES":
      return { kind: "mailboxes", names: names(d.sp()) };
    default:
      throw new ImapSyntaxError("Unknown choice of mailboxes");
  }
}

/** one-or-more-mailbox */
function names(d: Decoder): string[] {
  return d.seesList ? d.list((list) => list.mailbox()) : [d.mailbox()];
}

/** "(" source-mbox [SP "(" scope-options ")"] ")": RFC 7377 §4. No scope option is defined. */
export function searchSources(d: Decoder): MailboxFilter[] {
  d.special("(");
  const sources = [mailboxFilter(d)];
  while (d.trySp()) {
    if (d.seesList) throw new ImapSyntaxError("Unknown scope option");
    if (sources.length >= MAX_LIST) throw new ImapSyntaxError("A list is too long");
    sources.push(mailboxFilter(d));
  }
  d.special(")");
  return sources;
}
