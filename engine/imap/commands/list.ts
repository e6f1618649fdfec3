/**
 * LIST: RFC 9051 §6.3.9, LIST-EXTENDED (RFC 5258), LIST-STATUS (RFC 5819), LIST-METADATA (RFC 9590),
 * SPECIAL-USE (RFC 6154).
 */
import { listArguments } from "../../../lib/codec/imap/list-syntax.ts";
import type { ListCommand } from "../../../lib/codec/imap/types.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import { hasRights } from "../../../lib/mail/rights.ts";
import { listSeen } from "../access.ts";
import type { Seen } from "../access.ts";
import { command } from "../command.ts";
import { listed } from "../listing.ts";
import { chooseMetadata, mayReadMetadata, metadataOf, sayMetadata } from "../metadata.ts";
import type { Listed } from "../listing.ts";
import { sayListed } from "../list-response.ts";
import { sayStatus } from "../status-items.ts";
import type { ImapSession } from "../state.ts";
import { sayRights } from "./acl.ts";

/** Names have 1000 octets at most; a longer pattern only costs time. It finds nothing (RFC 9051 §6.3.9). */
const MAX_PATTERN = 1000;
const MAX_PATTERNS = 32;

export const list = command({
  states: ["authenticated", "selected"],
  parse: (d) => listArguments(d.sp()),
  async run(args, { session }) {
    const { out, owner, context } = session;
    if (args.patterns.length > MAX_PATTERNS) throw new MailError("limit", "Too many patterns");
    const patterns = args.patterns.filter(({ length }) => length <= MAX_PATTERN);
    // RFC 9051 §6.3.9: an empty name asks for the hierarchy delimiter.
    if (args.patterns.every((pattern) => pattern === "") && !args.extended)
      return out.line('* LIST (\\Noselect) "/" ""');
    const [folders, subscriptions] = await Promise.all([
      listSeen(session),
      context.store.listSubscriptions(owner.mailboxId),
    ]);
    for (const item of listed({ ...args, patterns }, { folders, subscriptions })) {
      sayListed(session, "LIST", item);
      await sayReturned(session, args, item);
      if (out.full) await out.flush();
    }
  },
});

async function sayReturned(
  session: ImapSession,
  { returns }: ListCommand,
  { folder: seen, childInfo }: Listed<Seen>,
): Promise<void> {
  if (seen === null) return;
  // RFC 8440 §4: not of what is listed only for what is below it.
  if (returns.myRights && childInfo.length === 0) sayRights(session, seen);
  // What one may not read has no counters to tell (RFC 5819 §2).
  if (returns.status !== null && hasRights(seen.rights, "r"))
    await sayStatus(session, seen, returns.status);
  if (returns.metadata === null || !mayReadMetadata(seen)) return;
  const all = await metadataOf(session, seen);
  const asked = { entries: returns.metadata, depth: 0, maxSize: null } as const;
  await sayMetadata(session, seen.name, chooseMetadata(all, asked).values);
}
