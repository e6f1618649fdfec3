/** An SMTP command as data: where it may come, how its arguments are read, what it does. */
import type { EventKind } from "../../lib/mail/events.ts";
import type { Reply } from "../../lib/codec/smtp/reply.ts";
import type { Role, SmtpSession, State } from "./state.ts";

export interface Command<T> {
  readonly verb: string;
  /** Elsewhere it is answered as if we did not know it. Default: all. */
  readonly roles?: readonly Role[];
  /**
   * Checked before the arguments are looked at. "any" only for what can always be said, and for BDAT,
   * whose bytes must be read away even when it comes at the wrong time.
   */
  readonly states: readonly State[] | "any";
  /** On a submission port: nothing of this without AUTH. */
  readonly needsAuth?: boolean;
  /** What a refusal is called in the trace; none: the log alone has it. */
  readonly refusal?: EventKind;
  /** Once `run` has begun, a refusal ends the transaction: the message was heard and is gone. */
  readonly refusalEnds?: boolean;
  parse(rest: string): T;
  /** Answers, or throws a MailError. Null: it has written its reply itself. */
  run(args: T, session: SmtpSession): Promise<Reply | null>;
}

/** Hides the type of the arguments, which only `parse` and `run` of one command share. */
export interface AnyCommand extends Omit<Command<never>, "parse" | "run"> {
  readonly prepare: (rest: string) => (session: SmtpSession) => Promise<Reply | null>;
}

export function command<T>(definition: Command<T>): AnyCommand {
  const { parse, run, ...rest } = definition;
  return {
    ...rest,
    prepare: (text) => {
      const args = parse(text);
      return (session) => run(args, session);
    },
  };
}

/** A reply with its enhanced code. */
export function answer(code: number, enhanced: string, text: string): Reply {
  return { code, enhanced, lines: [text] };
}
