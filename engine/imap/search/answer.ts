/**
 * From a found set to a response: SEARCH and SORT (RFC 9051 §7.3.4, RFC 5256 §4), ESEARCH (RFC 4731
 * §3.2, RFC 5267 §3.1), what SAVE keeps (RFC 5182), MODSEQ (RFC 7162 §3.1.5), pages (RFC 9394 §3.1).
 */
import { formatNumSet } from "../../../lib/codec/imap/numset.ts";
import { formatPage, pageOf } from "../../../lib/codec/imap/page-syntax.ts";
import { ImapSyntaxError } from "../../../lib/codec/imap/syntax-error.ts";
import type { SearchCommand, SearchKey, SortCriterion } from "../../../lib/codec/imap/types.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import type { OpenFolder, Uid } from "../../../lib/mail/ports.ts";
import type { Call } from "../command.ts";
import type { Progress } from "../progress.ts";
import { withProgress } from "../progress.ts";
import { Turns } from "../turns.ts";
import { dropContext, keepContext, startContext } from "./context.ts";
import { runSearch } from "./search.ts";

type Arrange = (found: Uid[], progress: Progress) => Uid[] | Promise<Uid[]>;

interface Kind {
  readonly name: "SEARCH" | "SORT";
  readonly criteria?: readonly SortCriterion[];
  /** The order of the answer. */
  readonly arrange: Arrange;
}

export async function answerSearch(
  call: Call,
  asked: SearchCommand,
  { name, criteria, arrange }: Kind,
): Promise<void> {
  const { session } = call;
  const { returns, key, items } = asked;
  if (namesModseq(key)) session.enable("CONDSTORE");
  const updates = returns?.includes("UPDATE") ?? false;
  const context = updates ? startContext(call, { key, items, criteria: criteria ?? null }) : null;
  const { exists } = session.mailbox.tracker;
  // To put in order what was found is as much again.
  const goal = name === "SORT" ? 2 * exists : exists;
  const found = await withProgress(call, goal, (progress) =>
    searchAndSave(call, asked, { arrange: (found) => arrange(found, progress), progress }),
  ).catch((error: unknown) => {
    if (context !== null) dropContext(session, call.tag);
    throw error;
  });
  if (returns === null && !(session.rev2 && name === "SEARCH"))
    await plainAnswer(call, found, { name, key });
  else if (returns === null || returns.some((option) => option !== "SAVE"))
    session.out.line(await extendedAnswer(call, found, { ...asked, returns: returns ?? ["ALL"] }));
  if (updates) keepContext(call, context, found);
}

interface Searching {
  readonly arrange: (found: Uid[]) => Uid[] | Promise<Uid[]>;
  readonly progress: Progress;
  readonly anyNumber?: boolean;
}

/** Searches the selected mailbox. "$" in the keys is what was saved before. */
export async function searchAndSave(
  { session }: Call,
  { returns, page, key }: SearchCommand,
  { arrange, progress, anyNumber = false }: Searching,
): Promise<Uid[]> {
  const { mailbox } = session;
  const saves = returns?.includes("SAVE") ?? false;
  try {
    const found = await arrange(await runSearch(session, key, { mailbox, progress, anyNumber }));
    if (saves)
      mailbox.saved = savedOf(found, { returns: returns ?? [], page }).toSorted((a, b) => a - b);
    return found;
  } catch (error) {
    if (saves && !isMistake(error)) mailbox.saved = [];
    throw error;
  }
}

/** RFC 5182 §2.1: a search that fails leaves nothing saved, but one that is answered BAD changes nothing. */
function isMistake(error: unknown): boolean {
  return (
    error instanceof ImapSyntaxError || (error instanceof MailError && error.imap[0] === "BAD")
  );
}

type Returns = Pick<SearchCommand, "page"> & {
  readonly returns: NonNullable<SearchCommand["returns"]>;
};

/** RFC 5182 §2.4, RFC 9394 §3.2: with MIN, MAX and PARTIAL alone, only those are saved. */
function savedOf(found: readonly Uid[], { returns, page }: Returns): Uid[] {
  const some = returns.some((option) => ["MIN", "MAX", "PARTIAL"].includes(option));
  if (!some || returns.includes("ALL") || returns.includes("COUNT")) return [...found];
  const ends = returns.flatMap((option) => {
    if (option === "PARTIAL") return page === null ? [] : pageOf(found, page);
    if (option !== "MIN" && option !== "MAX") return [];
    return found.at(option === "MIN" ? 0 : -1) ?? [];
  });
  return [...new Set(ends)];
}

/** Numbers said before others have their turn. */
const TURN = 4_000;

/** As the client counts them; that does not change during the command. */
function* numbersOf({ session, uid }: Call, uids: readonly Uid[]): Generator<readonly number[]> {
  const { tracker } = session.mailbox;
  for (let at = 0; at < uids.length; at += TURN) {
    const some = uids.slice(at, at + TURN);
    yield uid ? some : tracker.seqsOf(some);
  }
}

/** Nothing else is written meanwhile: news are told at the end of a command. */
async function plainAnswer(
  call: Call,
  found: readonly Uid[],
  { name, key }: { name: string; key: SearchKey },
): Promise<void> {
  const { out, mailbox } = call.session;
  // Of what was found: flags may change while it is said.
  const modseq = namesModseq(key) && found.length > 0 ? highest(mailbox.open, found) : null;
  out.text([`* ${name}`]);
  for (const numbers of numbersOf(call, found)) {
    out.text([" ", numbers.join(" ")]);
    if (out.full) await out.flush();
  }
  out.line(modseq === null ? "" : ` (MODSEQ ${modseq})`);
}

async function extendedAnswer(
  call: Call,
  found: readonly Uid[],
  asked: Returns & { readonly key: SearchKey },
): Promise<string> {
  const numbers: number[] = [];
  const turns = new Turns();
  for (const some of numbersOf(call, found)) {
    for (const number of some) numbers.push(number);
    if (turns.due) await turns.give();
  }
  const words = [`* ESEARCH (TAG "${call.tag}")`, ...(call.uid ? ["UID"] : [])];
  const { open } = call.session.mailbox;
  return [...words, ...resultItems({ open, found, numbers }, asked)].join(" ");
}

interface Result {
  readonly open: OpenFolder;
  readonly found: readonly Uid[];
  /** What stands for them in the answer. */
  readonly numbers: readonly number[];
}

/** What ESEARCH says behind its correlator: "MIN 1 COUNT 3 MODSEQ 17". */
export function resultItems(
  { open, found, numbers }: Result,
  asked: Returns & { readonly key: SearchKey },
): string[] {
  const { returns, page, key } = asked;
  const words: string[] = [];
  if (numbers.length > 0) {
    if (returns.includes("MIN")) words.push(`MIN ${numbers[0]}`);
    if (returns.includes("MAX")) words.push(`MAX ${numbers.at(-1)}`);
    if (returns.includes("ALL")) words.push(`ALL ${formatNumSet(numbers)}`);
  }
  if (page !== null)
    words.push(`PARTIAL (${formatPage(page)} ${formatNumSet(pageOf(numbers, page)) || "NIL"})`);
  if (returns.includes("COUNT")) words.push(`COUNT ${numbers.length}`);
  const told = savedOf(found, asked); // RFC 7162 §3.1.10: the modseq of what is returned
  if (namesModseq(key) && told.length > 0) words.push(`MODSEQ ${highest(open, told)}`);
  return words;
}

function highest(open: OpenFolder, uids: readonly Uid[]): number {
  let modseq = 0;
  for (const uid of uids) {
    const row = open.rowOf(uid);
    if (row >= 0) modseq = Math.max(modseq, open.modseqAt(row));
  }
  return modseq;
}

export function namesModseq(key: SearchKey): boolean {
  switch (key.kind) {
    case "modseq":
      return true;
    case "not":
      return namesModseq(key.key);
    case "or":
      return namesModseq(key.left) || namesModseq(key.right);
    case "and":
      return key.keys.some(namesModseq);
    default:
      return false;
  }
}
