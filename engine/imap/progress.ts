/**
 * "* OK [INPROGRESS ("tag" n goal)]": RFC 9585. A command that takes long says how far it is, so that
 * the client, and every address translator in between, knows that somebody is at work.
 *
 * Said by a timer, so only around work that writes nothing itself: a line in the middle of a response
 * would spoil it. Numbers never fall and stay below the goal; a number that nobody counts is NIL.
 */
import type { Call } from "./command.ts";
import { PROGRESS_MS } from "./limits.ts";

export class Progress {
  /** Null: nobody knows how much there is to do. */
  readonly goal: number | null;
  #done = 0;

  constructor(goal: number | null) {
    this.goal = goal;
  }

  get done(): number {
    return this.#done;
  }

  /** So much is done now, of all there is. */
  reached(done: number): void {
    this.#done = Math.max(this.#done, done);
  }

  /** The two numbers of the response code. */
  get numbers(): string {
    if (this.goal === null || this.goal === 0) return "NIL NIL";
    return `${Math.min(this.#done, this.goal - 1)} ${this.goal}`;
  }
}

/** Does the work, and says every now and then how far it is. */
export async function withProgress<T>(
  call: Pick<Call, "session" | "tag">,
  goal: number | null,
  work: (progress: Progress) => Promise<T>,
): Promise<T> {
  const progress = new Progress(goal);
  const ended = new AbortController();
  const telling = tell(call, progress, ended.signal);
  try {
    return await work(progress);
  } finally {
    ended.abort();
    await telling; // what it is writing goes out before the answer
  }
}

/** Never rejects: a client that is gone is found out by the command itself. */
async function tell(
  { session, tag }: Pick<Call, "session" | "tag">,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const { out, context } = session;
  // A "]" is allowed in a tag, but many a client takes the first one for the end of the code.
  const name = tag.includes("]") ? "NIL" : `"${tag}"`;
  try {
    for (;;) {
      await context.clock.sleep(PROGRESS_MS, signal);
      if (signal.aborted) return;
      out.status("OK", "Still at work", `INPROGRESS (${name} ${progress.numbers})`);
      await out.flush();
    }
  } catch {
    // the work is done, or the connection is
  }
}
