/**
 * Puts found messages in order: RFC 5256 §3. Of each message only what is compared is kept; sorting
 * gives way to other sessions.
 */
import type { SortCriterion } from "../../../lib/codec/imap/types.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import type { Uid } from "../../../lib/mail/ports.ts";
import { compareSorted, needsEnvelope, sortValue } from "../../../lib/mail/sort-keys.ts";
import type { Sorted } from "../../../lib/mail/sort-keys.ts";
import { sortSteps } from "../../../lib/mail/steps.ts";
import type { Steps } from "../../../lib/mail/steps.ts";
import { EMPTY_ENVELOPE } from "../../../lib/codec/mime/envelope.ts";
import { MAX_COMPARED } from "../limits.ts";
import type { Progress } from "../progress.ts";
import type { ImapSession } from "../state.ts";
import { inTurns } from "../turns.ts";
import { readMessages } from "./read-messages.ts";

interface Sorting {
  readonly criteria: readonly SortCriterion[];
  readonly progress: Progress;
}

export async function sortFound(
  session: ImapSession,
  found: readonly Uid[],
  { criteria, progress }: Sorting,
): Promise<Uid[]> {
  const rows = needsEnvelope(criteria)
    ? await rowsByContent(session, found, { criteria, progress })
    : await inTurns(rowsByView(session, found, criteria));
  const sorted = await inTurns(sortSteps(rows, compareSorted(criteria)));
  return sorted.map(({ uid }) => uid);
}

/** ARRIVAL and SIZE are in the view. */
function* rowsByView(
  session: ImapSession,
  found: readonly Uid[],
  criteria: readonly SortCriterion[],
): Steps<Sorted[]> {
  const { open } = session.mailbox;
  const rows: Sorted[] = [];
  for (const [index, uid] of found.entries()) {
    if (index % 1000 === 0) yield;
    const row = open.rowOf(uid);
    if (row < 0) continue;
    const [size, internalDate] = [open.sizeAt(row), open.internalDateAt(row)];
    const message = { size, internalDate, envelope: EMPTY_ENVELOPE };
    rows.push({ uid, values: criteria.map(({ key }) => sortValue(key, message)) });
  }
  return rows;
}

async function rowsByContent(
  session: ImapSession,
  found: readonly Uid[],
  { criteria, progress }: Sorting,
): Promise<Sorted[]> {
  refuseTooMany(found);
  const rows: Sorted[] = [];
  for await (const { uid, size, internalDate, blob } of readMessages(session, found, progress)) {
    const message = { size, internalDate, envelope: blob.structure.envelope };
    rows.push({ uid, values: criteria.map(({ key }) => sortValue(key, message)) });
  }
  return rows;
}

/** What is compared is held in memory: for so many messages and no more. */
export function refuseTooMany(found: readonly Uid[]): void {
  if (found.length > MAX_COMPARED)
    throw new MailError("limit", `Narrow the search: at most ${MAX_COMPARED} messages`);
}
