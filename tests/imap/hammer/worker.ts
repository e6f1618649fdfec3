/** One session that does what mail programs do, at random, until it is time. */
import type { Random } from "../../support/random.ts";
import { Ended, Wire } from "./wire.ts";

/** What all sessions work on; the others come and go. */
export const FOLDERS = ["INBOX", "Archive", "Trash"] as const;
const PASSING = ["P1", "P1/below", "P2"];
/** Above this many messages more is removed than added. */
const FULL = 150;
const FLAGS = ["\\Seen", "\\Deleted", "\\Flagged", "\\Answered", "$One", "$Two"];

export interface Work {
  readonly port: number;
  readonly login: string;
  readonly random: Random;
  readonly until: number;
}

/** Answers how many commands were carried out. */
export async function hammer(work: Work): Promise<number> {
  let done = 0;
  while (Date.now() < work.until) {
    const wire = await Wire.signedIn(work.port, work.login);
    try {
      if (work.random(3) === 0) await wire.run("ENABLE QRESYNC"); // is told by uid then
      for (; Date.now() < work.until; done++) await step(wire, work.random);
    } catch (error) {
      if (!(error instanceof Ended)) throw error;
    } finally {
      wire.close();
    }
  }
  return done;
}

async function step(wire: Wire, random: Random): Promise<unknown> {
  const pick = <T>(list: readonly T[]) => list[random(list.length)] as T;
  if (!wire.count) {
    const name = random(8) === 0 ? pick(PASSING) : pick(FOLDERS);
    if (random(3) === 0) return append(wire, random);
    return wire.run(`${random(6) === 0 ? "EXAMINE" : "SELECT"} ${name}`);
  }
  if (random(200) === 0) wire.close(); // gone without a word, perhaps amid its next command
  const { count } = wire;
  const from = 1 + random(count);
  const set = `${from}:${Math.min(count, from + random(8))}`;
  const flags = `(${FLAGS.filter(() => random(3) === 0).join(" ")})`;
  const removes = count > FULL ? 60 : 20;
  switch (random(14)) {
    case 0:
      return append(wire, random);
    case 1:
    case 2:
      return wire.run(`STORE ${set} ${pick(["+FLAGS", "-FLAGS", "FLAGS.SILENT"])} ${flags}`);
    case 3:
      return wire.run(`UID STORE ${set} (UNCHANGEDSINCE ${random(500)}) +FLAGS ${flags}`);
    case 4:
      return wire.run(`${pick(["COPY", "UID COPY"])} ${set} ${pick([...FOLDERS, "P2"])}`);
    case 5:
      return wire.run(`${pick(["MOVE", "UID MOVE"])} ${set} ${pick([...FOLDERS, "P1"])}`);
    case 6:
      if (random(100) < removes) await wire.run(`STORE ${set} +FLAGS (\\Deleted)`);
      return wire.run(random(2) ? "EXPUNGE" : `UID EXPUNGE ${set}`);
    case 7:
      return wire.run(
        `FETCH ${set} ${pick(["(UID FLAGS)", "BODY.PEEK[]", "(UID ENVELOPE)", "BODY[TEXT]"])}`,
      );
    case 8:
      return wire.run(pick(["SEARCH UNSEEN", "UID SEARCH DELETED", "SEARCH SUBJECT 7", "NOOP"]));
    case 9:
      return wire.idle(random(60));
    case 10:
      return wire.run(`REPLACE ${from} ${pick(FOLDERS)} ${message(random)}`);
    case 11:
      return wire.run(`UID FETCH 1:* (FLAGS) (CHANGEDSINCE ${random(2_000)})`);
    case 12:
      return folders(wire, random);
    default:
      return wire.run(
        pick(["CLOSE", "UNSELECT", "NOOP", "STATUS INBOX (MESSAGES UNSEEN DELETED)"]),
      );
  }
}

function message(random: Random): string {
  const body = `Subject: ${random(20)}\r\n\r\n${"x".repeat(random(400))}\r\n`;
  const flags = ["", "(\\Seen) ", "(\\Deleted $One) "][random(3)] ?? "";
  return `${flags}{${body.length}+}\r\n${body}`;
}

/** One message, or several at once (RFC 3502). */
function append(wire: Wire, random: Random): Promise<unknown> {
  const messages = Array.from({ length: 1 + random(3) }, () => message(random));
  return wire.run(`APPEND ${FOLDERS[random(3)] ?? "INBOX"} ${messages.join(" ")}`);
}

/** Refused when another was faster: that is an answer. */
function folders(wire: Wire, random: Random): Promise<unknown> {
  const name = PASSING[random(PASSING.length)] ?? "P1";
  const other = PASSING[random(PASSING.length)] ?? "P2";
  return wire.run(
    [`CREATE ${name}`, `DELETE ${name}`, `RENAME ${name} ${other}x`, `RENAME ${name}x ${name}`][
      random(4)
    ] ?? "NOOP",
  );
}
