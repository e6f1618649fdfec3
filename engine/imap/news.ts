/**
 * Tells a session what others did: RFC 9051 §5.2, §7.4, §7.5.1, and what NOTIFY says of that (RFC 5465).
 * Called at the end of commands, while idling, and after NOTIFY between commands; never in the middle of
 * one, and without removals where they are not allowed.
 *
 * In this order: removals, EXISTS, flags, updates of searches, FETCH of what is new. RFC 5465 contradicts
 * itself about the last two (erratum 4833); this is the order of its §5.2.
 */
import { formatNumSet } from "../../lib/codec/imap/numset.ts";
import type { FetchItem } from "../../lib/codec/imap/types.ts";
import type { Uid } from "../../lib/mail/ports.ts";
import { hasRights } from "../../lib/mail/rights.ts";
import { fetchBatch } from "./fetch/batch.ts";
import { planFetch, withModseq } from "./fetch/plan.ts";
import { permanentFlags, sayFlags, tellFlags } from "./flags.ts";
import { BATCH } from "./limits.ts";
import { Notify } from "./notify/notify.ts";
import { USUAL } from "./notify/wishes.ts";
import { LostSync } from "./reader.ts";
import { tellJudged, tellTaken } from "./search/context.ts";
import type { Joined } from "./search/context.ts";
import type { ImapSession } from "./state.ts";
import { sayMechanisms } from "./urls/mechanisms.ts";

interface Moment {
  /** Removals may be told now. */
  readonly expunges: boolean;
  /** The client has removed something itself: it hears of that even after NOTIFY NONE. */
  readonly removed?: boolean;
}

/** Would `tellNews` say something? */
export function hasNews({ selected, notify }: ImapSession, { expunges }: Moment): boolean {
  if (notify?.watch?.due === true || selected?.rightsChanged === true) return true;
  if (selected?.keyReset === true) return true;
  const wish = notify?.wishes.selected ?? USUAL;
  if (selected === null || !wish.messages) return false;
  const { tracker } = selected;
  if (selected.isTouched || tracker.hasArrivals) return true;
  return (expunges && tracker.untold.length > 0) || (wish.flags && tracker.hasChanges);
}

export async function tellNews(session: ImapSession, moment: Moment): Promise<void> {
  await tellRights(session);
  tellKey(session);
  await tellOfSelected(session, moment);
  session.selected?.settle();
  const { notify } = session;
  if (notify?.watch?.due !== true) return;
  if (!(await notify.watch.tell())) session.useNotify(Notify.none());
}

/**
 * Said before a tagged response, where clients reckon what they know: while removals are held back, they know
 * less than the modseqs that they were told (RFC 7162 §3.2, §6).
 */
export function tellModseq({ selected, enabled, notify, out }: ImapSession): void {
  if (selected === null || !enabled.has("QRESYNC")) return;
  if (!(notify?.wishes.selected ?? USUAL).messages) return;
  const { tracker, behind } = selected;
  selected.behind = tracker.untold.length > 0 || (behind && tracker.hasNews);
  if (!behind && !selected.behind) return;
  const text = selected.behind ? "Removals are still to be told" : "All is told";
  out.status("OK", text, `HIGHESTMODSEQ ${selected.settled}`);
}

/** RFC 4314 §5.1.1: in somebody else's mailbox rights may come and go; who may not read has to leave. */
export async function tellRights(session: ImapSession): Promise<void> {
  const { selected, context } = session;
  if (selected?.rightsChanged !== true) return;
  selected.rightsChanged = false;
  const { mailboxId } = session.owner;
  const rights = await context.store.rightsOn(mailboxId, selected.folder.id);
  if (!hasRights(rights, "r")) throw new LostSync("The mailbox is not shared with you any more");
  const before = permanentFlags(selected);
  selected.rights = rights;
  if (permanentFlags(selected).join() !== before.join()) sayFlags(session, selected);
}

function tellKey(session: ImapSession): void {
  const { selected } = session;
  if (selected?.keyReset !== true) return;
  selected.keyReset = false;
  sayMechanisms(session);
}

async function tellOfSelected(session: ImapSession, moment: Moment): Promise<void> {
  const { selected, out, notify } = session;
  const wish = notify?.wishes.selected ?? USUAL;
  if (selected === null || !(selected.tracker.hasNews || selected.isTouched)) return;
  if (!wish.messages && moment.removed !== true) return;
  const { tracker } = selected;
  if (moment.expunges) {
    tellTaken(session);
    if (session.enabled.has("QRESYNC") || session.uidOnly) tellVanished(session);
    else await tellExpunges(session);
  }
  if (!wish.messages) return;
  const arrived = tracker.arrivals;
  const exists = tracker.takeExists();
  if (exists !== null) out.line(`* ${exists} EXISTS`);
  if (wish.flags) await tellChanged(session);
  const joined = await tellJudged(session, new Set(arrived));
  await tellArrived(session, selected.takeOthers(arrived), [
    { uids: null, items: wish.items },
    ...joined,
  ]);
}

async function tellChanged(session: ImapSession): Promise<void> {
  for (const uid of session.mailbox.tracker.takeChanged()) {
    tellFlags(session, uid);
    if (session.out.full) await session.out.flush();
  }
}

async function tellExpunges({ mailbox, out }: ImapSession): Promise<void> {
  for (const seq of mailbox.tracker.takeExpunges()) {
    out.line(`* ${seq} EXPUNGE`);
    if (out.full) await out.flush();
  }
}

/** RFC 7162 §3.2.10, RFC 9586 §3.4: one response instead of many, by uid. */
function tellVanished({ mailbox, out }: ImapSession): void {
  const uids = mailbox.tracker.takeGone();
  if (uids.length > 0) out.line(`* VANISHED ${formatNumSet(uids)}`);
}

/** One FETCH for each message, with what all who asked of it want to know (RFC 5465 §5.2, §7). */
async function tellArrived(
  session: ImapSession,
  arrived: readonly Uid[],
  all: readonly Joined[],
): Promise<void> {
  const asked = all.filter(({ items }) => items.length > 0);
  if (asked.length === 0) return;
  const wants = (uid: Uid) => asked.filter(({ uids }) => uids?.has(uid) ?? true);
  for (let at = 0; at < arrived.length;) {
    const wanted = wants(arrived[at] ?? 0);
    let end = at + 1; // those behind it of whom the same is asked
    while (end < Math.min(arrived.length, at + BATCH) && same(wants(arrived[end] ?? 0), wanted))
      end++;
    if (wanted.length > 0)
      await fetchArrived(
        session,
        arrived.slice(at, end),
        wanted.flatMap(({ items }) => items),
      );
    at = end;
  }
}

function same<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((one, index) => one === b[index]);
}

async function fetchArrived(
  session: ImapSession,
  uids: readonly Uid[],
  items: readonly FetchItem[],
): Promise<void> {
  const uid = session.enabled.has("QRESYNC") && !session.uidOnly; // RFC 7162 §3.2.4
  const plan = planFetch(withModseq(items, session.enabled), { uid, changedSince: null });
  await fetchBatch({ session, plan }, session.mailbox.present(uids));
}
