/**
 * One SMTP command from its line to its reply: RFC 5321 §4.1.4, §4.2 and §4.3.
 *
 * State is checked before arguments are read. This is the one place where an error becomes a reply:
 * what was thrown on purpose says its words, everything else is 451 4.3.0, logged with its cause.
 * Who talks HTTP is hung up on: somebody's browser was lured here.
 */
import { formatReply, type Reply } from "../../lib/codec/smtp/reply.ts";
import { splitCommand } from "../../lib/codec/smtp/command.ts";
import { SyntaxFault } from "../../lib/codec/smtp/syntax.ts";
import { MailError, asMailError, type Refusal } from "../../lib/mail/errors.ts";
import { logRefusal } from "../log-refusal.ts";
import { ConnectionClosed } from "../net/types.ts";
import type { AnyCommand } from "./command.ts";
import { findCommand } from "./commands/index.ts";
import { requireAuth } from "./hooks/require-auth.ts";
import { AUTH_LINE_BYTES, COMMAND_BYTES, MAX_ERRORS, MAX_REFUSED_RECIPIENTS } from "./limits.ts";
import type { SmtpSession } from "./state.ts";
import { recordRefusal } from "./trace.ts";

/** Reads one command, does it, answers it. */
export async function step(session: SmtpSession): Promise<void> {
  let command: AnyCommand | null = null;
  let rest = "";
  let ran = false;
  try {
    const line = splitCommand(await session.connection.readLine(lineLimit(session)));
    rest = line.rest;
    command = commandFor(line.verb, session);
    const run = command.prepare(rest);
    ran = true;
    const reply = await run(session);
    session.log.debug({ command: command.verb, code: reply?.code }, "command");
    if (reply) await session.connection.write(formatReply(reply));
  } catch (error) {
    if (error instanceof ConnectionClosed) throw error;
    await refuse(session, { error, rest, command });
    if (ran && command?.refusalEnds) await session.reset();
  }
}

const lineLimit = ({ role }: SmtpSession) => (role === "mx" ? COMMAND_BYTES : AUTH_LINE_BYTES);

/** RFC 5321 §4.1.4, in the order of what a client must mend first. */
function commandFor(verb: string, session: SmtpSession): AnyCommand {
  const command = findCommand(verb);
  if (!command) {
    if (HTTP.has(verb)) session.closing = true;
    throw new MailError("unknownCommand", "Command not recognized");
  }
  if (command.roles?.includes(session.role) === false) {
    throw new MailError("notImplemented", "Command not implemented");
  }
  if (command.needsAuth) requireAuth(session);
  if (command.states !== "any" && !command.states.includes(session.state)) {
    throw new MailError("wrongState", NEXT[session.state]);
  }
  return command;
}

const HTTP = new Set(["GET", "POST", "PUT", "HEAD", "OPTIONS", "CONNECT", "DELETE", "PATCH"]);

/** What a client at a loss should say next. */
const NEXT = {
  new: "Say EHLO first",
  ready: "Bad sequence of commands",
  sender: "RCPT comes next",
  recipients: "Bad sequence of commands",
  chunks: "BDAT comes next",
} as const;

interface Failure {
  readonly error: unknown;
  readonly rest: string;
  readonly command?: AnyCommand | null;
}

async function refuse(session: SmtpSession, failure: Failure): Promise<void> {
  const error = count(session, toMailError(failure.error), failure.command ?? null);
  if (!isRepeated(session, error)) tell(session, error, failure);
  if (error.smtp[0] === 421) session.closing = true; // §3.8: what one says before closing
  await session.connection.write(formatReply(toReply(error)));
}

/** The log hears of every refusal, the trace of those that concern a message. */
function tell(session: SmtpSession, error: MailError, { command, rest }: Failure): void {
  logRefusal(session.log, error, command?.verb);
  if (command?.refusal) recordRefusal(session, command.refusal, { error, rest });
}

function toMailError(error: unknown): MailError {
  if (!(error instanceof SyntaxFault)) return asMailError(error);
  const kind: Refusal = FAULTS[error.fault];
  return new MailError(kind, error.message);
}

const FAULTS = { syntax: "syntax", parameter: "notSupported", utf8: "smtputf8Needed" } as const;

function toReply(error: MailError): Reply {
  const [code, enhanced] = error.smtp;
  return { code, enhanced, lines: [error.message] };
}

/** Counts against the budget; past it, the refusal becomes a goodbye. Our own faults count for nobody. */
function count(session: SmtpSession, error: MailError, command: AnyCommand | null): MailError {
  if (error.kind === "tooManyRecipients" || error.kind === "internal") return error;
  if (command?.refusal === "recipient.refused" && error.kind !== "syntax") {
    session.refusedRecipients += session.role === "mx" ? 1 : 0;
  } else if (!error.temporary) session.errors++;
  const harvest = session.refusedRecipients > MAX_REFUSED_RECIPIENTS;
  if (session.errors <= MAX_ERRORS && !harvest) return error;
  return new MailError("tooManyErrors", "Too many errors, closing", { cause: error });
}

/** Thousands of recipients over the limit are one piece of news. */
function isRepeated(session: SmtpSession, error: MailError): boolean {
  const { transaction } = session;
  if (error.kind !== "tooManyRecipients" || !transaction) return false;
  const repeated = transaction.overflow;
  transaction.overflow = true;
  return repeated;
}
