/**
 * STORE and UID STORE: RFC 9051 §6.4.6, UNCHANGEDSINCE (RFC 7162 §3.1.3). Many messages in portions.
 *
 * Who follows modseqs is told the new ones even after .SILENT, and after UNCHANGEDSINCE those of all that
 * passed (RFC 7162 §3.1.3). What failed it is named even when other messages are gone (ibid., example 11).
 */
import { formatNumSet } from "../../../lib/codec/imap/numset.ts";
import { storeArguments } from "../../../lib/codec/imap/store-syntax.ts";
import type { StoreCommand } from "../../../lib/codec/imap/types.ts";
import type { FlagEdit, Uid } from "../../../lib/mail/ports.ts";
import { FLAGS_PORTION, PORTION, portions } from "../../../lib/mail/portions.ts";
import { flagScope } from "../../../lib/mail/rights.ts";
import type { Rights } from "../../../lib/mail/rights.ts";
import { notPermitted } from "../access.ts";
import { command } from "../command.ts";
import { splitFlags } from "../flag-list.ts";
import { fetchName, flagsAt, tellKeywords } from "../flags.ts";
import { expungeIssued } from "../selected.ts";
import type { ImapSession } from "../state.ts";

export const store = command({
  states: ["selected"],
  writes: true,
  holdsExpunges: true,
  parse(d) {
    const args = storeArguments(d.sp());
    return { ...args, ...splitFlags(args.flags) };
  },
  async run(args, { session, uid }) {
    const { mailbox, context } = session;
    if (args.unchangedSince !== null) session.enable("CONDSTORE");
    const asked = mailbox.resolve(args.set, uid);
    const uids = mailbox.present(asked);
    const edit = permitted(args, mailbox.rights);
    const { id } = mailbox.folder;
    const since = args.unchangedSince ?? undefined;
    const refused: Uid[] = [];
    const size = edit.keywords.length > 0 ? PORTION : FLAGS_PORTION;
    for (const some of portions(uids, size)) {
      const result = await context.store.setFlags(id, some, edit, since);
      const stored = result.refused.length === 0 ? some : without(some, result.refused);
      await tellStored(session, args, { uid, stored, changed: result.changed });
      mailbox.tracker.known(stored, result.modseq, result.changed);
      refused.push(...result.refused);
    }
    const gone = !uid && uids.length < asked.length ? expungeIssued() : null;
    if (refused.length === 0 && gone !== null) throw gone;
    if (refused.length === 0) return;
    const code = `MODIFIED ${formatRefused(session, refused, uid)}`;
    return gone === null ? { code } : { code, status: "NO", text: gone.message };
  },
});

/** What one may change of it; refused when that is nothing (RFC 4314 §4). */
function permitted(
  { action, bits, keywords }: Pick<FlagEdit, "action" | "bits" | "keywords">,
  rights: Rights,
): FlagEdit {
  const within = flagScope(rights);
  const edit = {
    action,
    bits: bits & within.bits,
    keywords: within.keywords ? keywords : [],
    within,
  };
  const asked = bits !== 0 || keywords.length > 0;
  const left = edit.bits !== 0 || edit.keywords.length > 0;
  if (asked && !left) throw notPermitted();
  if (action === "replace" && !within.keywords && within.bits === 0) throw notPermitted();
  return edit;
}

function formatRefused(session: ImapSession, refused: readonly Uid[], uid: boolean): string {
  const { tracker } = session.mailbox;
  return formatNumSet(uid ? refused : refused.map((one) => tracker.seqOf(one)));
}

interface Told {
  readonly uid: boolean;
  readonly stored: readonly Uid[];
  readonly changed: readonly Uid[];
}

async function tellStored(
  session: ImapSession,
  { silent, unchangedSince }: StoreCommand,
  { uid, stored, changed }: Told,
): Promise<void> {
  const { mailbox, out, enabled } = session;
  const condstore = enabled.has("CONDSTORE");
  if (silent && !condstore) return;
  const names = !session.uidOnly && (uid || enabled.has("QRESYNC"));
  for (const one of silent && unchangedSince === null ? changed : stored) {
    const row = mailbox.open.rowOf(one);
    if (row < 0) continue;
    if (!silent) tellKeywords(session, mailbox.open.keywordsAt(row));
    const items = [
      ...(names ? [`UID ${one}`] : []),
      ...(silent ? [] : [flagsAt(mailbox.open, row)]),
      ...(condstore ? [`MODSEQ (${mailbox.open.modseqAt(row)})`] : []),
    ];
    out.line(`* ${fetchName(session, one)} (${items.join(" ")})`);
    if (out.full) await out.flush();
  }
}

function without(uids: readonly Uid[], refused: readonly Uid[]): Uid[] {
  const left = new Set(refused);
  return uids.filter((uid) => !left.has(uid));
}
