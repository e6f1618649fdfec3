/** A POP3 command as data: where it may come, how its arguments are read, what it does. */
import type { Pop3Session, State } from "./state.ts";

export interface Command<T> {
  readonly verb: string;
  /** Checked before the arguments are looked at. */
  readonly states: readonly State[];
  parse(rest: string): T;
  /** Answers the text after "+OK", or null when it has written its answer itself. Throws MailErrors. */
  run(args: T, session: Pop3Session): Promise<string | null> | string | null;
}

/** Hides the type of the arguments, which only `parse` and `run` of one command share. */
export interface AnyCommand {
  readonly verb: string;
  readonly states: readonly State[];
  readonly prepare: (rest: string) => (session: Pop3Session) => Promise<string | null>;
}

export function command<T>({ verb, states, parse, run }: Command<T>): AnyCommand {
  return {
    verb,
    states,
    prepare: (rest) => {
      const args = parse(rest);
      return async (session) => run(args, session);
    },
  };
}
