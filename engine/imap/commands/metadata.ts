/**
 * GETMETADATA and SETMETADATA: RFC 5464. Annotations of one's own folders, and with an empty name of the
 * account. "/private" and "/shared" are both the owner's, because nobody else reads these folders.
 */
import {
  getMetadataArguments,
  setMetadataArguments,
} from "../../../lib/codec/imap/metadata-syntax.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import type { FolderId } from "../../../lib/mail/ports.ts";
import { command } from "../command.ts";
import { chooseMetadata, sayMetadata } from "../metadata.ts";
import type { ImapSession } from "../state.ts";

/** As announced in the response code METADATA MAXSIZE (lib/mail/errors.ts). */
const MAX_VALUE = 65_536;
/** §6.2.1: what the administrator says of the server; nobody else writes it. */
const ADMIN_ONLY = new Set(["/shared/comment", "/shared/admin"]);

export const getMetadata = command({
  states: ["authenticated", "selected"],
  parse: (d) => getMetadataArguments(d.sp()),
  async run(asked, { session }) {
    const { id, name } = await subjectOf(session, asked.mailbox);
    const { context, owner } = session;
    const all = await context.store.metadata(owner.mailboxId, id);
    const { values, longest } = chooseMetadata(all, asked);
    await sayMetadata(session, name, values);
    return longest === null ? {} : { code: `METADATA LONGENTRIES ${longest}` };
  },
});

export const setMetadata = command({
  states: ["authenticated", "selected"],
  parse: (d) => setMetadataArguments(d.sp()),
  async run({ mailbox, values }, { session }) {
    const { id } = await subjectOf(session, mailbox);
    for (const [entry, value] of values) {
      if (value !== null && value.length > MAX_VALUE)
        throw new MailError("metadataTooBig", "The value is too long");
      if (id === null && ADMIN_ONLY.has(entry))
        throw new MailError("policyRefused", "This is for the administrator to say");
    }
    await session.context.store.setMetadata(session.owner.mailboxId, id, values);
    await session.notify?.watch?.ownAnnotations(id, values.keys());
  },
});

async function subjectOf(
  session: ImapSession,
  mailbox: string,
): Promise<{ id: FolderId | null; name: string }> {
  if (mailbox === "") return { id: null, name: "" };
  return session.folder(mailbox);
}
