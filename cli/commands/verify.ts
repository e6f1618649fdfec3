/** `posthorn verify`: is the mail store what it says it is. Faults on standard output, one per line. */
import { checkStore } from "../../lib/storage/mail/check.ts";
import type { CheckProgress } from "../../lib/storage/mail/check.ts";
import { EXIT, type Command } from "../command.ts";
import { withPool } from "../database.ts";
import { formatBytes, printJson, printLine } from "../output.ts";

/** Often enough to see that it lives, seldom enough for a log. */
const PROGRESS_MS = 2_000;

export const verify: Command = {
  name: "verify",
  usage: "[--quick]",
  summary: "Recounts and rehashes the mail store and says what does not agree",
  help:
    "Counters of folders and mailboxes, quota, order of uids, modseqs, the log of removals, and that\n" +
    "every message has its bytes and they hash to what they did. Reads one snapshot, also while mail\n" +
    "comes in, and changes nothing. With --quick the bytes are not read. Progress is told on standard\n" +
    "error. Exit 0: all agrees; 1: something does not, one line each.",
  options: { quick: { type: "boolean" } },
  run: ({ settings, options, json }) =>
    withPool(settings, async (pool) => {
      let last: CheckProgress = { blobs: 0, totalBlobs: 0, bytes: 0, totalBytes: 0 };
      const say = json ? () => {} : everyNowAndThen(sayProgress);
      const faults = await checkStore(pool, {
        contents: options["quick"] !== true,
        onProgress: (progress) => say((last = progress)),
      });
      if (json) printJson({ faults, messagesHashed: last.blobs, bytesHashed: last.bytes });
      else {
        faults.forEach(printLine);
        printLine(verdict(faults.length, last));
      }
      return faults.length > 0 ? EXIT.refused : EXIT.done;
    }),
};

function verdict(faults: number, { blobs, bytes }: CheckProgress): string {
  const hashed = blobs > 0 ? ` ${blobs} message bodies hashed, ${formatBytes(bytes)}.` : "";
  if (faults === 0) return `The mail store agrees with itself.${hashed}`;
  return `${faults} ${faults === 1 ? "fault" : "faults"} found.${hashed}`;
}

function sayProgress({ blobs, totalBlobs, bytes, totalBytes }: CheckProgress): void {
  const size = `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`;
  process.stderr.write(`Hashed ${blobs} of ${totalBlobs} message bodies, ${size}\n`);
}

function everyNowAndThen<T>(say: (value: T) => void): (value: T) => void {
  let next = Date.now() + PROGRESS_MS;
  return (value) => {
    if (Date.now() < next) return;
    next = Date.now() + PROGRESS_MS;
    say(value);
  };
}
