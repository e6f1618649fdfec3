/** INPROGRESS: RFC 9585. The clock's ten seconds pass as soon as somebody waits for them. */
import { setImmediate as breathe } from "node:timers/promises";
import { test } from "node:test";
import { systemClock } from "../../engine/clock.ts";
import { PROGRESS_MS } from "../../engine/imap/limits.ts";
import type { Clock } from "../../lib/mail/ports.ts";
import { ALICE, SELECT, imapEngine, lines, play } from "./support.ts";

/** Waits for progress end at once, `quick` times; then they are as long as they are. */
const waits = { quick: 0 };
const clock: Clock = {
  now: () => systemClock.now(),
  sleep: (ms, signal) =>
    ms === PROGRESS_MS && waits.quick-- > 0 ? breathe() : systemClock.sleep(ms, signal),
};

/** So long that the store reads it anew for every command: what it keeps would be told at once. */
const LONG = Array.from({ length: 20_000 }, () => "x".repeat(70));

const engine = await imapEngine({ clock });
for (let n = 1; n <= 3; n++)
  await engine.deliver(ALICE, lines(`Subject: number ${n}`, "", ...LONG));

test("a long SEARCH says how far it is, with its tag, before it answers", async () => {
  waits.quick = 1;
  await play(
    engine,
    `${SELECT}
    C: a1 SEARCH BODY nowhere
    S: * OK [INPROGRESS ("a1" 0 3)] ...
    S: * SEARCH
    S: a1 OK ...`,
  );
});

test("SORT and THREAD count the reading too", async () => {
  waits.quick = 1;
  await play(
    engine,
    `${SELECT}
    C: a1 SORT (SUBJECT) UTF-8 BODY x
    S: * OK [INPROGRESS ("a1" 0 6)] ...
    S: * SORT 1 2 3
    S: a1 OK ...`,
  );
  waits.quick = 1;
  await play(
    engine,
    `${SELECT}
    C: a2 THREAD REFS UTF-8 BODY x
    S: * OK [INPROGRESS ("a2" 0 6)] ...
    S: * THREAD ...
    S: a2 OK ...`,
  );
});

test("COPY and MOVE, one transaction, have no numbers to tell", async () => {
  waits.quick = 1;
  await play(
    engine,
    `${SELECT}
    C: a1 CREATE There
    S: a1 OK ...
    C: a2 COPY 1:3 There
    S: * OK [INPROGRESS ("a2" NIL NIL)] ...
    S: a2 OK [COPYUID ...] ...`,
  );
});

test("a tag with a bracket is left out of the code", async () => {
  waits.quick = 1;
  await play(
    engine,
    `${SELECT}
    C: a]1 SEARCH BODY nowhere
    S: * OK [INPROGRESS (NIL 0 3)] ...
    S: * SEARCH
    S: a]1 OK ...`,
  );
});

test("a short command says nothing, and one that is refused neither", async () => {
  waits.quick = 0;
  await play(
    engine,
    `${SELECT}
    C: a1 SEARCH ALL
    S: * SEARCH 1 2 3
    S: a1 OK ...
    C: a2 COPY 1 Nowhere
    S: a2 NO [TRYCREATE] ...`,
  );
});
