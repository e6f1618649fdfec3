/**
 * ESEARCH: RFC 7377. The same search over many mailboxes, one response for each that has what was
 * looked for, always by uid. What is selected stays selected.
 *
 * One mailbox after the other: memory is that of one open mailbox. UPDATE is for the selected mailbox,
 * when it is among them. Refused: SAVE with any source but the selected mailbox; that source, and
 * UPDATE, when none is selected (§2.2).
 */
import type { Piece } from "../../../lib/codec/imap/encoder.ts";
import type { MailboxFilter } from "../../../lib/codec/imap/mailbox-filter-syntax.ts";
import { multiSearchArguments } from "../../../lib/codec/imap/search-syntax.ts";
import { ImapSyntaxError } from "../../../lib/codec/imap/syntax-error.ts";
import type { SearchCommand } from "../../../lib/codec/imap/types.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import type { Folder, Uid } from "../../../lib/mail/ports.ts";
import { hasRights } from "../../../lib/mail/rights.ts";
import { listSeen } from "../access.ts";
import type { Seen } from "../access.ts";
import { command } from "../command.ts";
import type { Call } from "../command.ts";
import { withProgress } from "../progress.ts";
import type { Progress } from "../progress.ts";
import { namesModseq, resultItems, searchAndSave } from "../search/answer.ts";
import { dropContext, keepContext, startContext } from "../search/context.ts";
import { runSearch } from "../search/search.ts";
import { chosenFolders } from "../search/sources.ts";
import { Selected } from "../selected.ts";

export const esearch = command({
  states: ["authenticated", "selected"],
  parse: multiSearchArguments,
  async run({ sources, ...asked }, call) {
    const { session } = call;
    checkSources(call, sources, asked);
    if (namesModseq(asked.key)) session.enable("CONDSTORE");
    const folders = await foldersOf(call, sources);
    const updates = asked.returns?.includes("UPDATE") ?? false;
    const context = updates ? startUpdates(call, asked, folders) : null;
    const messages = folders.reduce((sum, folder) => sum + folder.messages, 0);
    const answers = await withProgress(call, messages, async (progress) => {
      const all: Answer[] = [];
      for (const folder of folders)
        all.push(...(await answerOf(call, asked, { folder, progress })));
      return all;
    }).catch((error: unknown) => {
      if (context !== null) dropContext(session, call.tag);
      throw error;
    });
    for (const answer of answers) {
      sayAnswer(call, answer);
      if (session.out.full) await session.out.flush();
    }
    const found = answers.flatMap((answer) => answer.selected);
    if (updates) keepContext(call, context, found);
  },
});

function checkSources(
  { session }: Call,
  sources: readonly MailboxFilter[],
  { returns }: SearchCommand,
): void {
  const selected = sources.map(({ kind }) => kind === "selected");
  if (selected.includes(true) && session.selected === null)
    throw new MailError("wrongState", "Not now: no mailbox is selected");
  if (returns?.includes("UPDATE") && session.selected === null)
    throw new MailError("wrongState", "Not now: no mailbox is selected");
  if (returns?.includes("SAVE") && selected.includes(false))
    throw new ImapSyntaxError("SAVE is for the selected mailbox alone");
}

async function foldersOf({ session }: Call, sources: readonly MailboxFilter[]): Promise<Seen[]> {
  const { owner, context, selected } = session;
  const [seen, subscriptions] = await Promise.all([
    listSeen(session),
    context.store.listSubscriptions(owner.mailboxId),
  ]);
  const selectedId = selected?.folder.id ?? null;
  const folders = seen.filter(({ rights }) => hasRights(rights, "r"));
  return chosenFolders(sources, { folders, subscriptions, selectedId });
}

/** Null when the selected mailbox is not among those searched, or there is no room. */
function startUpdates(call: Call, { key, items }: SearchCommand, folders: readonly Folder[]) {
  const { selected } = call.session;
  const folder = folders.find(({ id }) => id === selected?.folder.id);
  if (folder === undefined) return null;
  const head = headOf(call, folder).map(String).join("");
  return startContext(call, { key, items, criteria: null, head });
}

interface Answer {
  readonly folder: Folder;
  /** Uids that were found, when it is the selected mailbox. */
  readonly selected: readonly Uid[];
  readonly items: readonly string[];
}

/** Nothing when nothing was found, whatever was asked to be returned (§2.1). */
async function answerOf(
  call: Call,
  asked: SearchCommand,
  { folder, progress }: { folder: Seen; progress: Progress },
): Promise<Answer[]> {
  const returns = asked.returns ?? ["ALL"];
  return withMailbox(call, folder, async (mailbox) => {
    const found = await search(call, asked, { mailbox, progress });
    if (found.length === 0 || returns.every((option) => option === "SAVE")) return [];
    const result = { open: mailbox.open, found, numbers: found };
    const selected = mailbox === call.session.selected ? found : [];
    return [{ folder, selected, items: resultItems(result, { ...asked, returns }) }];
  });
}

/** "$" is of the selected mailbox, and nothing in others. */
async function search(
  call: Call,
  asked: SearchCommand,
  place: { mailbox: Selected; progress: Progress },
): Promise<Uid[]> {
  const { mailbox, progress } = place;
  const how = { progress, anyNumber: true };
  if (mailbox === call.session.selected)
    return searchAndSave(call, asked, { arrange: (found) => found, ...how });
  return runSearch(call.session, asked.key, { mailbox, ...how });
}

/** The selected mailbox as the session knows it, others opened for as long as it takes. */
async function withMailbox(
  { session }: Call,
  folder: Seen,
  work: (mailbox: Selected) => Promise<Answer[]>,
): Promise<Answer[]> {
  if (session.selected?.folder.id === folder.id) return work(session.selected);
  const { store } = session.context;
  const open = await store
    .openFolder(folder.mailboxId, folder.localName)
    .catch((error: unknown) => {
      if (error instanceof MailError && error.kind === "noSuchFolder") return null;
      throw error;
    });
  if (open === null) return []; // deleted or renamed since it was listed
  const { name, rights } = folder;
  const mailbox = new Selected(open, { name, rights, examined: true, wake: () => {} });
  try {
    return await work(mailbox);
  } finally {
    mailbox.close();
  }
}

function sayAnswer(call: Call, { folder, items }: Answer): void {
  const { out } = call.session;
  out.text(headOf(call, folder));
  out.line(["", ...items].join(" "));
}

/** "* ESEARCH (TAG "a1" MAILBOX Work UIDVALIDITY 7) UID" */
function headOf({ session, tag }: Call, folder: Folder): readonly Piece[] {
  const response = session.out.encoder().untagged(`ESEARCH (TAG "${tag}" MAILBOX `);
  return response.mailbox(folder.name).raw(` UIDVALIDITY ${folder.uidValidity}) UID`).pieces();
}
