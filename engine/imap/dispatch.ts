/**
 * From the line of a client to a tagged response: RFC 9051 §2.2.1, §5.5, §7.1.
 *
 * Commands are done one after the other, in the order received. For each: tag, name, state,
 * read-only; then the arguments, with literals accepted one at a time; then the work; then news; then
 * the tagged response. What goes wrong is put into words here and nowhere else: a syntax error is BAD,
 * a MailError is what its kind says, everything else is NO [SERVERBUG], logged, mute to the client.
 */
import type { CommandText } from "../../lib/codec/imap/command-text.ts";
import { Decoder, LiteralNeeded } from "../../lib/codec/imap/decoder.ts";
import { LISTED_CHARSETS } from "../../lib/codec/imap/charsets.ts";
import { responseText } from "../../lib/codec/imap/encoder.ts";
import {
  BadUrlError,
  ImapSyntaxError,
  UnknownCharsetError,
} from "../../lib/codec/imap/syntax-error.ts";
import { urlRespText } from "../../lib/codec/imap/url.ts";
import { asMailError, MailError } from "../../lib/mail/errors.ts";
import { isCommandDenied } from "../../lib/mail/imap-capabilities.ts";
import { ConnectionClosed } from "../net/types.ts";
import type { AnyCommand, Completion, Prepared } from "./command.ts";
import { COMMANDS } from "./commands/index.ts";
import { MAX_MISTAKES, MAX_MISTAKES_BEFORE_AUTH } from "./limits.ts";
import { tellModseq, tellNews, tellRights } from "./news.ts";
import { LostSync } from "./reader.ts";
import { uidRequired } from "./selected.ts";
import type { ImapSession } from "./state.ts";
import { lineAmidNews } from "./wait.ts";

/** Reads and answers one command. Throws only what ends the connection. */
export async function dispatch(session: ImapSession): Promise<void> {
  const text = await nextCommand(session);
  const started = performance.now();
  const head = readHead(text);
  if (head.tag === null) return refuseUntagged(session, text);
  const { outcome, afterwards } = await attempt(session, { text, head, started });
  session.out.line(`${head.tag} ${outcome}`);
  if (outcome.startsWith("BAD")) countMistake(session);
  else session.mistakes = 0;
  checkGone(session);
  if (afterwards === undefined) return;
  await session.out.flush();
  await afterwards();
}

/** After NOTIFY the client hears of news while we wait for it. */
async function nextCommand(session: ImapSession): Promise<CommandText> {
  const { notify } = session;
  if (notify === null) return session.reader.next();
  const expunges = !notify.wishes.selected.delayed;
  return { lines: [await lineAmidNews(session, { expunges, keepAlive: false })], literals: [] };
}

interface Head {
  readonly tag: string | null;
  /** "UID FETCH", or "" when there is no name. */
  readonly name: string;
  /** The name as it may stand in a log and in an answer. */
  readonly command: AnyCommand | null;
  readonly uid: boolean;
}

function readHead(text: CommandText): Head {
  const nobody = { tag: null, name: "", command: null, uid: false };
  try {
    const d = new Decoder(text);
    const tag = d.tag();
    if (!d.atEnd && !d.sees(" ")) return nobody; // the beginning of something is no tag
    try {
      const word = d.sp().word();
      const uid = word === "UID";
      const name = uid ? `UID ${d.sp().word()}` : word;
      return { tag, name, command: COMMANDS.get(name) ?? null, uid };
    } catch {
      return { ...nobody, tag };
    }
  } catch {
    return nobody;
  }
}

async function refuseUntagged(session: ImapSession, text: CommandText): Promise<void> {
  session.out.status("BAD", "A command starts with a tag");
  await session.reader.skipRest(text);
  countMistake(session);
}

interface Attempt {
  readonly text: CommandText;
  readonly head: Head;
  readonly started: number;
}

interface Outcome {
  readonly outcome: string;
  /** The client has asked by message numbers in a command by uid. */
  readonly numbered?: boolean;
  readonly afterwards?: (() => Promise<void>) | undefined;
}

async function attempt(session: ImapSession, { text, head, started }: Attempt): Promise<Outcome> {
  const before = session.selected;
  const result = await perform(session, text, head);
  const held = head.command?.holdsExpunges === true && (!head.uid || result.numbered === true);
  // After SELECT and the like there is nothing to tell: the client has just been told everything.
  if (session.selected === before) {
    await tellNews(session, { expunges: !held, removed: head.command?.removes === true });
    tellModseq(session);
  }
  const ms = Math.round(performance.now() - started);
  const [status] = result.outcome.split(" ", 1);
  const why = status === "OK" ? {} : { why: result.outcome };
  session.log.debug({ command: head.command ? head.name : "?", ms, result: status, ...why });
  return result;
}

async function perform(session: ImapSession, text: CommandText, head: Head): Promise<Outcome> {
  let numbered = false;
  try {
    const { run, namesNumbers } = await prepare(session, text, head);
    numbered = namesNumbers;
    const completion = await run({ session, tag: head.tag ?? "", uid: head.uid, text });
    return { outcome: okText(head.name, completion), numbered, afterwards: completion?.afterwards };
  } catch (error) {
    if (endsConnection(error)) throw error;
    await session.reader.skipRest(text);
    return { outcome: refusalText(session, error), numbered };
  }
}

/** Everything that can be refused without doing anything. */
async function prepare(
  session: ImapSession,
  text: CommandText,
  { command, uid, name }: Head,
): Promise<Prepared> {
  if (command === null || isCommandDenied(name, session.denied))
    throw new MailError("unknownCommand", "Unknown command");
  await tellRights(session); // nothing is done in a mailbox with rights that are gone
  checkState(session, command);
  if (session.uidOnly && !uid && takesNumbers(name)) throw uidRequired();
  return readArguments(session, text, { command, words: uid ? 2 : 1 });
}

function checkState(session: ImapSession, { states, writes }: AnyCommand): void {
  if (states !== "any" && !states.includes(session.state))
    throw new MailError("wrongState", WRONG_STATE[session.state]);
  if (writes && session.selected?.readOnly)
    throw new MailError("readOnly", "The mailbox was opened read-only");
}

/** Commands that come in both kinds, by number and by uid; but EXPUNGE by itself names none. */
function takesNumbers(name: string): boolean {
  return COMMANDS.has(`UID ${name}`) && name !== "EXPUNGE";
}

const WRONG_STATE = {
  stranger: "Sign in first",
  authenticated: "Not now: no mailbox is selected, or you are signed in already",
  selected: "Not now: a mailbox is selected, or you are signed in already",
} as const;

async function readArguments(
  session: ImapSession,
  text: CommandText,
  { command, words }: { command: AnyCommand; words: number },
): Promise<Prepared> {
  for (;;) {
    const d = new Decoder(text, { utf8: session.out.utf8 || command.utf8 === true });
    d.tag();
    for (let word = 0; word < words; word++) d.sp().word();
    try {
      return command.prepare(d);
    } catch (error) {
      if (!(error instanceof LiteralNeeded)) throw error;
      await session.reader.addLiteral(text, error.literal);
    }
  }
}

function endsConnection(error: unknown): boolean {
  return (
    error instanceof ConnectionClosed ||
    error instanceof LostSync ||
    (error instanceof MailError && (error.kind === "timeout" || error.kind === "shuttingDown"))
  );
}

function okText(name: string, completion: Completion | void): string {
  const { status = "OK", code, text = `${name} completed` } = completion ?? {};
  return `${status} ${code === undefined ? "" : `[${code}] `}${responseText(text)}`;
}

function refusalText(session: ImapSession, error: unknown): string {
  if (error instanceof ImapSyntaxError) return `BAD ${responseText(error.message)}`;
  if (error instanceof UnknownCharsetError) {
    if (error.saves && session.selected) session.selected.saved = [];
    return `NO [BADCHARSET (${LISTED_CHARSETS.join(" ")})] ${error.message}`;
  }
  if (error instanceof BadUrlError)
    return `NO [BADURL ${urlRespText(error.url)}] ${responseText(error.message)}`;
  const refusal = asMailError(error);
  // A cause is something that went wrong on our side, also when the refusal is one we know.
  if (refusal.cause !== undefined)
    session.log.error({ err: refusal.cause }, "imap: command failed");
  const [status, code] = refusal.imap;
  return `${status} ${code === null ? "" : `[${code}] `}${responseText(refusal.message)}`;
}

/** Web browsers, port scanners and lost clients are sent away (and cannot be made to send mail by us). */
function countMistake(session: ImapSession): void {
  const most = session.state === "stranger" ? MAX_MISTAKES_BEFORE_AUTH : MAX_MISTAKES;
  if (++session.mistakes >= most) throw new LostSync("Too many errors");
}

/** RFC 2180 §3.3: a client whose mailbox is gone is best told by starting over. */
function checkGone(session: ImapSession): void {
  if (session.selected?.gone) throw new LostSync("The selected mailbox was deleted");
}
