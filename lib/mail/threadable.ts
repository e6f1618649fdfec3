/** What threading needs to know of a message, from its stored structure. RFC 5256 §3 REFERENCES. */
import { messageIds } from "../codec/mime/envelope.ts";
import type { Structure } from "../codec/mime/structure.ts";
import { sentTime, subjectKey } from "./sort-keys.ts";
import type { Threadable } from "./threading.ts";

export function threadable(
  { uid, internalDate }: { uid: number; internalDate: Date },
  { envelope, references }: Structure,
): Threadable {
  const [messageId = null] = messageIds(envelope.messageId ?? "");
  return {
    uid,
    sent: sentTime({ envelope, internalDate }),
    messageId,
    references: referencesOf(references, messageIds(envelope.inReplyTo ?? "")),
    subject: subjectKey(envelope.subject),
  };
}

/**
 * References; when there are none the first id of In-Reply-To, and only that. The stored list has
 * all of In-Reply-To in that case, which is how it is told.
 */
function referencesOf(references: readonly string[], inReplyTo: readonly string[]) {
  const distinct = [...new Set(inReplyTo)];
  const same = references.every((id, index) => id === distinct[index]);
  const stored = references.length === distinct.length && same;
  return references.length === 0 || stored ? distinct.slice(0, 1) : references;
}
