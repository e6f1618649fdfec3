/** THREAD and UID THREAD: RFC 5256 §3, §4. The algorithms are in lib/mail/threading.ts. */
import { threadArguments } from "../../../lib/codec/imap/sort-syntax.ts";
import { threadText } from "../../../lib/codec/imap/thread-text.ts";
import { MailError } from "../../../lib/mail/errors.ts";
import type { Uid } from "../../../lib/mail/ports.ts";
import { threadable } from "../../../lib/mail/threadable.ts";
import { threadSteps } from "../../../lib/mail/threading.ts";
import type { Threadable, Tree } from "../../../lib/mail/threading.ts";
import { command } from "../command.ts";
import type { Call } from "../command.ts";
import { MAX_THREADED_TEXT } from "../limits.ts";
import { withProgress } from "../progress.ts";
import type { Progress } from "../progress.ts";
import { namesModseq } from "../search/answer.ts";
import { readMessages } from "../search/read-messages.ts";
import { namesNumbers, runSearch } from "../search/search.ts";
import { refuseTooMany } from "../search/sort.ts";
import type { ImapSession } from "../state.ts";
import { inTurns } from "../turns.ts";

export const thread = command({
  states: ["selected"],
  holdsExpunges: true,
  namesNumbers: ({ key }) => namesNumbers(key),
  parse: threadArguments,
  async run({ algorithm, key }, call) {
    if (namesModseq(key)) call.session.enable("CONDSTORE");
    const { mailbox } = call.session;
    const trees = await withProgress(call, 2 * mailbox.tracker.exists, async (progress) => {
      const found = await runSearch(call.session, key, { mailbox, progress });
      const messages = await readThreadables(call.session, found, progress);
      return inTurns(threadSteps(algorithm, messages));
    });
    await answer(call, trees);
  },
});

async function readThreadables(session: ImapSession, found: readonly Uid[], progress: Progress) {
  refuseTooMany(found);
  const messages: Threadable[] = [];
  let held = 0;
  for await (const message of readMessages(session, found, progress)) {
    const one = threadable(message, message.blob.structure);
    held += one.references.reduce((sum, id) => sum + id.length, one.subject.text.length);
    if (held > MAX_THREADED_TEXT)
      throw new MailError("limit", "Narrow the search: the references are too long");
    messages.push(one);
  }
  return messages;
}

/** Nothing else is written meanwhile: news are told at the end of a command. */
async function answer({ session, uid }: Call, threads: readonly Tree[]): Promise<void> {
  const { out, mailbox } = session;
  const numberOf = ({ message }: Tree) => {
    if (message === null) return null;
    return uid ? message.uid : mailbox.tracker.seqOf(message.uid);
  };
  out.text([threads.length === 0 ? "* THREAD" : "* THREAD "]);
  const read = (tree: Tree) => ({ number: numberOf(tree), children: tree.children });
  for (const piece of threadText(threads, read)) {
    out.text([piece]);
    if (out.full) await out.flush();
  }
  out.line("");
}
