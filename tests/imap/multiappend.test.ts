/** MULTIAPPEND (RFC 3502): one command, one transaction. */
import { test } from "node:test";
import { ALICE, imapEngine, play } from "./support.ts";

const engine = await imapEngine();

test("several messages come with one command, each with its flags; others see them at once", async () => {
  await play(
    engine,
    `
    C2: b1 SELECT Drafts
    S2: ...
    S2: b1 OK ...
    C: a1 APPEND Drafts (\\Seen) {15}
    S: + Ready for literal data
    C: Subject: 1
    C: 
    C-: x
    C:  " 1-Feb-2026 12:00:00 +0100" ~{16+}
    C: Subject: 22
    C: 
    C-: y
    C:  (\\Flagged $Work) {17}
    S: + Ready for literal data
    C: Subject: 333
    C: 
    C: z
    S: a1 OK [APPENDUID ... 1:3] APPEND completed
    C2: b2 NOOP
    S2: * 3 EXISTS
    S2: b2 OK ...
    C2: b3 FETCH 1:* (FLAGS RFC822.SIZE BODY.PEEK[TEXT])
    S2: ...
    S2: * 1 FETCH (FLAGS (\\Seen) RFC822.SIZE 15 BODY[TEXT] {1}
    S2: x)
    S2: * 2 FETCH (FLAGS () RFC822.SIZE 16 BODY[TEXT] {1}
    S2: y)
    S2: ...
    S2: * 3 FETCH (FLAGS (\\Flagged $Work) RFC822.SIZE 17 BODY[TEXT] {1}
    S2: z)
    S2: b3 OK ...`,
    ["", "2"],
  );
});

test("what is wrong with one message refuses them all", async () => {
  const status = (tag: string) => `
    C: ${tag} STATUS Sent (MESSAGES UIDNEXT)
    S: * STATUS Sent (MESSAGES 0 UIDNEXT 1)
    S: ${tag} OK ...`;
  const first = (tag: string, end: string) => `
    C: ${tag} APPEND Sent {1+}
    C-: x
    C: ${end}`;
  await play(
    engine,
    `
    ${first("a1", " (\\Nonsense) {5}")}
    S: a1 BAD Unknown system flag
    ${first("a2", " {999999999}")}
    S: a2 NO [TOOBIG] ...
    ${first("a3", " {0}")}
    S: a3 NO [CANNOT] ...
    ${first("a4", "{5}")}
    S: a4 BAD ...
    ${first("a5", " ")}
    S: a5 BAD ...
    ${first("a6", " {999999999+}")}
    S: * BYE ...
    S: <CLOSED>`,
  );
  await play(engine, status("s1"));
});

test("a refused literal in the middle that comes anyway is passed over", async () => {
  await play(
    engine,
    `
    C: a1 APPEND Sent {1+}
    C-: x
    C:  (\\Nonsense) {12+}
    C: a9 LOGOUT
    C:  {3+}
    C: abc
    S: a1 BAD ...
    C: a2 NOOP
    S: a2 OK ...`,
  );
});

test("fifty messages, and no more", async () => {
  const more = (n: number) => Array.from({ length: n }, () => "C-: x\n C:  {1+}").join("\n");
  await play(
    engine,
    `
    C: a1 APPEND Archive {1+}
    ${more(49)}
    C: x
    S: a1 OK [APPENDUID ... 1:50] ...
    C: a2 APPEND Archive {1+}
    ${more(50)}
    C: x
    S: a2 NO [LIMIT] ...
    C: a3 STATUS Archive (MESSAGES)
    S: * STATUS Archive (MESSAGES 50)
    S: a3 OK ...`,
  );
});

test("room is counted over all of them", async () => {
  const id = await engine.mailboxId(ALICE);
  const { usedBytes } = await engine.engine.ctx.store.quota(id);
  const quotaBytes = BigInt(usedBytes + 100);
  await engine.services.prisma.mailbox.update({ where: { id }, data: { quotaBytes } });
  await play(
    engine,
    `
    C: a1 APPEND Junk {60+}
    C-: ${"x".repeat(60)}
    C:  {60}
    S: a1 NO [OVERQUOTA] Mailbox full
    C: a2 STATUS Junk (MESSAGES)
    S: * STATUS Junk (MESSAGES 0)
    S: a2 OK ...`,
  );
});
