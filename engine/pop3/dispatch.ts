/** Finds the command, checks the state before its arguments are read, runs it, writes its "+OK". */
import { Pop3SyntaxError, splitCommand } from "../../lib/codec/pop3/command.ts";
import { ok } from "../../lib/codec/pop3/reply.ts";
import { MailError } from "../../lib/mail/errors.ts";
import type { AnyCommand } from "./command.ts";
import { findCommand } from "./commands/index.ts";
import type { Pop3Session } from "./state.ts";

export async function dispatch(line: Buffer, session: Pop3Session): Promise<void> {
  const start = performance.now();
  const { command, run } = read(line, session);
  const text = await run(session);
  if (text !== null) await session.connection.write(ok(text));
  const ms = Math.round(performance.now() - start);
  session.log.debug({ command: command.verb, ms, result: "ok" }, "command");
}

function read(line: Buffer, session: Pop3Session) {
  try {
    const { verb, rest } = splitCommand(line);
    const command = commandFor(verb, session);
    return { command, run: command.prepare(rest) };
  } catch (error) {
    if (!(error instanceof Pop3SyntaxError)) throw error;
    throw new MailError("syntax", error.message);
  }
}

function commandFor(verb: string, session: Pop3Session): AnyCommand {
  const command = findCommand(verb);
  if (!command) throw new MailError("unknownCommand", "Unknown command");
  if (command.states.includes(session.state)) return command;
  throw new MailError(
    "wrongState",
    session.state === "authorization" ? "Sign in first" : "Already signed in",
  );
}
