/**
 * A command is data: in which states it is allowed, how its arguments read, what it does. The
 * dispatcher looks at the states and at read-only before it reads arguments or accepts a literal.
 */
import type { CommandText } from "../../lib/codec/imap/command-text.ts";
import type { Decoder } from "../../lib/codec/imap/decoder.ts";
import type { ImapSession, State } from "./state.ts";

/** How a command ends when it ends well: "tag OK [code] text". */
export interface Completion {
  readonly code?: string;
  readonly text?: string;
  /** NO when it did what it could and the client must know it was not all. */
  readonly status?: "OK" | "NO";
  /** What follows at once when the client has been told. */
  readonly afterwards?: () => Promise<void>;
}

/** One run of a command. */
export interface Call {
  readonly session: ImapSession;
  /** ESEARCH repeats it. */
  readonly tag: string;
  /** Written as "UID FETCH": numbers are uids, and removals may be told. */
  readonly uid: boolean;
  /** As received: for the one command whose literal is not an argument (APPEND). */
  readonly text: CommandText;
}

export interface Command<A = void> {
  /** "any" includes the states before sign-in. */
  readonly states: readonly State[] | "any";
  /** Changes the selected mailbox: refused after EXAMINE. */
  readonly writes?: boolean;
  /**
   * EXPUNGE responses would renumber what the client is asking about (RFC 9051 §7.5.1). By uid they would
   * not, unless there are message numbers in the arguments all the same (RFC 7162 §3.2.10).
   */
  readonly holdsExpunges?: boolean;
  readonly namesNumbers?: (args: A) => boolean;
  /** Removes messages of the selected mailbox: the client hears of that whatever NOTIFY said. */
  readonly removes?: boolean;
  /** Strings may hold UTF-8 between quotes whatever was enabled. */
  readonly utf8?: boolean;
  readonly parse: (d: Decoder) => A;
  readonly run: (args: A, call: Call) => Promise<Completion | void>;
}

/** A command whose arguments are known to itself alone. */
export interface AnyCommand extends Omit<Command, "parse" | "run" | "namesNumbers"> {
  /** Reads the arguments to their end. */
  readonly prepare: (d: Decoder) => Prepared;
}

/** A command with its arguments. */
export interface Prepared {
  readonly namesNumbers: boolean;
  readonly run: (call: Call) => Promise<Completion | void>;
}

export function command<A>({
  parse,
  run,
  namesNumbers = () => false,
  ...rest
}: Command<A>): AnyCommand {
  return {
    ...rest,
    prepare(d) {
      const args = parse(d);
      d.end();
      return { namesNumbers: namesNumbers(args), run: (call) => run(args, call) };
    },
  };
}

/** For commands without arguments. */
export const nothing = (): void => undefined;
