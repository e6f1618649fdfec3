/**
 * Names of folders as the store keeps them: UTF-8, NFC, hierarchy separator "/", INBOX in capitals
 * however it was written (RFC 9051 §5.1). What cannot be a name is refused with `cannot`.
 */
import { MailError } from "../../mail/errors.ts";
import { OTHER_USERS } from "../../mail/shared-names.ts";

export const INBOX = "INBOX";
const SEPARATOR = "/";
/** Octets. A name travels in every LIST; nobody types more. */
const MAX_NAME = 1000;
/** Each level may be created along the way. */
const MAX_DEPTH = 20;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** "inbox" and "inbox/x" in their one spelling; other names as they are. */
export function canonicalName(name: string): string {
  const normal = name.normalize("NFC");
  const [first = "", ...rest] = normal.split(SEPARATOR);
  return first.toUpperCase() === INBOX ? [INBOX, ...rest].join(SEPARATOR) : normal;
}

/** The canonical name, or a refusal: for names that are about to be created. */
export function newName(name: string): string {
  if (canonicalName(name).split(SEPARATOR)[0] === OTHER_USERS)
    throw new MailError("cannot", "That name is kept for what others share");
  return checkedName(name);
}

/** The same for names that need not be one's own: subscriptions. */
export function checkedName(name: string): string {
  const canonical = canonicalName(name);
  const levels = canonical.split(SEPARATOR);
  if (CONTROL.test(canonical) || !canonical.isWellFormed() || /[%*]/.test(canonical))
    throw new MailError("cannot", "Folder name has characters that are not allowed");
  if (levels.some((level) => level === ""))
    throw new MailError("cannot", "Folder name has an empty level");
  if (levels.length > MAX_DEPTH || Buffer.byteLength(canonical) > MAX_NAME)
    throw new MailError("limit", "Folder name is too long");
  return canonical;
}

/** "a/b/c" → ["a", "a/b"]. */
export function parentsOf(name: string): string[] {
  const levels = name.split(SEPARATOR);
  return levels.slice(0, -1).map((_, at) => levels.slice(0, at + 1).join(SEPARATOR));
}

/** Start of the names below it. */
export function below(name: string): string {
  return name + SEPARATOR;
}
