/**
 * GETMETADATA and SETMETADATA: RFC 5464. Annotations of one's own folders, and with an empty name of the
 * account. "/private" is each reader's own, "/shared" is the owner's and shown to all whom he lets in
 * (§3.3): reading needs one of the rights r, s, w, i, p; writing for all to see needs w.
 */
import {
  getMetadataArguments,
  setMetadataArguments,
} from "../../../lib/codec/imap/metadata-syntax.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import { demand, notPermitted } from "../access.ts";
import type { Seen } from "../access.ts";
import { command } from "../command.ts";
import {
  chooseMetadata,
  isForAll,
  mayReadMetadata,
  metadataOf,
  sayMetadata,
  writeMetadata,
} from "../metadata.ts";
import type { ImapSession } from "../state.ts";

/** As announced in the response code METADATA MAXSIZE (lib/mail/errors.ts). */
const MAX_VALUE = 65_536;
/** §6.2.1: what the administrator says of the server; nobody else writes it. */
const ADMIN_ONLY = new Set(["/shared/comment", "/shared/admin"]);

export const getMetadata = command({
  states: ["authenticated", "selected"],
  parse: (d) => getMetadataArguments(d.sp()),
  async run(asked, { session }) {
    const folder = await subjectOf(session, asked.mailbox);
    const all = await metadataOf(session, folder);
    const { values, longest } = chooseMetadata(all, asked);
    await sayMetadata(session, folder?.name ?? "", values);
    return longest === null ? {} : { code: `METADATA LONGENTRIES ${longest}` };
  },
});

export const setMetadata = command({
  states: ["authenticated", "selected"],
  parse: (d) => setMetadataArguments(d.sp()),
  async run({ mailbox, values }, { session }) {
    const folder = await subjectOf(session, mailbox);
    const id = folder?.id ?? null;
    for (const [entry, value] of values) {
      if (value !== null && value.length > MAX_VALUE)
        throw new MailError("metadataTooBig", "The value is too long");
      if (id === null && ADMIN_ONLY.has(entry))
        throw new MailError("policyRefused", "This is for the administrator to say");
      if (folder !== null && isForAll(entry)) demand(folder, "w");
    }
    await writeMetadata(session, folder, values);
    await session.notify?.watch?.ownAnnotations(id, values.keys());
  },
});

/** Null: the account as a whole. */
async function subjectOf(session: ImapSession, mailbox: string): Promise<Seen | null> {
  if (mailbox === "") return null;
  const folder = await session.folder(mailbox, { needs: "l" });
  if (!mayReadMetadata(folder)) throw notPermitted();
  return folder;
}
