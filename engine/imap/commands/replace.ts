/**
 * REPLACE and UID REPLACE: RFC 8508. A new message comes and an old one goes, in one transaction; a
 * draft is never there twice and never lost. Needs no \Deleted; the new one's flags are those given.
 *
 * Room is counted for both together: who saves a draft in a full mailbox needs no more than it grows.
 */
import { ImapSyntaxError } from "../../../lib/codec/imap/syntax-error.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import type { Uid } from "../../../lib/mail/ports.ts";
import { oneMessage, plus } from "../../../lib/mail/quota.ts";
import { flagScope } from "../../../lib/mail/rights.ts";
import { maySelect } from "../access.ts";
import { command } from "../command.ts";
import type { Call } from "../command.ts";
import { firstRun, folderWithRoom, withMessages } from "../incoming.ts";
import { expungeIssued } from "../selected.ts";
import { withModseq } from "./expunge.ts";

export const replace = command({
  states: ["selected"],
  writes: true,
  removes: true,
  parse: (d) => ({
    number: d.sp().trySpecial("*") ? ("*" as const) : d.nzNumber(),
    name: d.sp().mailbox(),
    first: firstRun(d.sp(), { several: false }),
  }),
  async run({ number, name, first }, call) {
    const { session } = call;
    const { mailbox, context, out } = session;
    const old = oldMessage(call, number);
    const size = mailbox.open.sizeAt(mailbox.open.rowOf(old));
    session.demandHere("te");
    const { folder, room } = await folderWithRoom(call, name);
    const keeps = flagScope(folder.rights);
    const { uidValidity, uid } = await withMessages(
      { call, first, room: plus(room, oneMessage(size)), several: false, keeps },
      ([message]) => {
        if (message === undefined) throw new Error("No message was received"); // one always is
        return context.store.replace(mailbox.folder.id, old, { to: folder, message });
      },
    );
    session.brought(folder, [uid]);
    // §3.3: before the news, so that the client knows what comes in the place of what goes.
    const code = maySelect(folder) ? `APPENDUID ${uidValidity} ${uid}` : null;
    out.status("OK", "The new message is stored", code);
    return withModseq(session); // §4.5: as UID EXPUNGE
  },
});

function oldMessage({ session: { mailbox }, uid }: Call, number: number | "*"): Uid {
  const [old] = mailbox.resolve([{ first: number, last: number }], uid);
  if (old === undefined && uid) throw new MailError("notFound", "There is no message of that uid");
  if (old === undefined) throw new ImapSyntaxError("There is no message of that number");
  if (mailbox.open.rowOf(old) < 0) throw expungeIssued();
  return old;
}
