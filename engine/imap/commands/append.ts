/**
 * APPEND: RFC 9051 §6.3.12, UIDPLUS (RFC 4315), literal8 (RFC 3516), UTF8 (RFC 6855 §4),
 * APPENDLIMIT (RFC 7889).
 *
 * Mailbox, flags and size are looked at before the literal is accepted; its octets then go to a spool
 * and from there to the store, never held whole. They are kept as they came, bare line ends and NULs
 * included: a client that moves mail to us must get back what it sent.
 */
import { join } from "node:path";
import type { Decoder } from "../../../lib/codec/imap/decoder.ts";
import { dateTime } from "../../../lib/codec/imap/date-syntax.ts";
import { ImapSyntaxError } from "../../../lib/codec/imap/syntax-error.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import type { Folder } from "../../../lib/mail/ports.ts";
import { Spool } from "../../smtp/spool.ts";
import { command } from "../command.ts";
import type { Call } from "../command.ts";
import { splitFlags } from "../flag-list.ts";

export const append = command({
  states: ["authenticated", "selected"],
  parse: appendArguments,
  async run(args, call) {
    const { session } = call;
    const { settings, store } = session.context;
    const folder = await session.folder(args.name, "tryCreate");
    if (args.literal.size > settings.limits.maxMessageBytes)
      throw new MailError("messageTooBig", "The message is too big");
    if (args.literal.size === 0) throw new MailError("badMessage", "An empty message is none");
    await checkRoom(call, args.literal.size);
    const directory = join(settings.dataFolder, "spool", "tmp");
    const spool = new Spool(directory, settings.limits.maxMessageBytes);
    try {
      for await (const chunk of await session.reader.acceptMessage(call.text, args.literal))
        await spool.write([chunk]);
      await session.reader.continueLine(call.text);
      checkEnd(call, args.utf8);
      const { bits: flags, keywords, internalDate } = args;
      const at = internalDate ?? session.context.clock.now();
      const message = { source: spool, flags, keywords, internalDate: at };
      const { uidValidity, uids } = await store.append(folder, [message]);
      await hearOfIt(call, folder);
      return { code: `APPENDUID ${uidValidity} ${uids.join(",")}` };
    } finally {
      await spool.dispose();
    }
  },
});

function appendArguments(d: Decoder) {
  const name = d.sp().mailbox();
  const flags = d.sp().seesList ? d.flagList() : null;
  if (flags !== null) d.sp();
  const internalDate = d.sees('"') ? dateTime(d) : null;
  if (internalDate !== null) d.sp();
  const utf8 = d.tryWord("UTF8");
  if (utf8) d.sp().special("(");
  const literal = d.messageLiteral();
  if (utf8 && !literal.binary) throw new ImapSyntaxError("UTF8 takes a literal8");
  return { name, ...splitFlags(flags ?? []), internalDate, utf8, literal };
}

/** Before the octets travel; the store looks again when it commits. */
async function checkRoom({ session }: Call, size: number): Promise<void> {
  const { usedBytes, quotaBytes } = await session.context.store.quota(session.owner.mailboxId);
  if (usedBytes + size > quotaBytes) throw new MailError("mailboxFull", "Mailbox full");
}

/** What follows the literal: nothing, or the parenthesis of UTF8. */
function checkEnd({ text }: Call, utf8: boolean): void {
  if (text.lines.at(-1)?.toString("latin1") !== (utf8 ? ")" : ""))
    throw new ImapSyntaxError("Unexpected text after the message");
}

/** RFC 9051 §6.3.12: who appends to the mailbox he stands in is told of the message at once. */
async function hearOfIt({ session }: Call, folder: Folder): Promise<void> {
  if (session.selected?.folder.id === folder.id) await session.selected.open.refresh();
}
