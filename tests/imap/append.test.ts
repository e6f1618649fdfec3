import { test } from "node:test";
import { imapEngine, play } from "./support.ts";

const engine = await imapEngine({ settings: { limits: smallLimits() } });

function smallLimits() {
  return {
    maxMessageBytes: 100_000,
    maxRecipients: 100,
    maxConnections: 1000,
    maxConnectionsPerAddress: 400,
    deliveryConcurrency: 1,
  };
}

test("APPEND keeps flags, keywords and date, and tells the uid", async () => {
  await play(
    engine,
    `
    C: a1 APPEND Drafts (\\Seen \\draft $Work) " 1-Feb-2026 12:00:00 +0100" {14}
    S: + Ready for literal data
    C: Subject: x
    C: 
    C: 
    S: a1 OK [APPENDUID ... 1] APPEND completed
    C: a2 SELECT Drafts
    S: * FLAGS (... $Work)
    S: ...
    S: a2 OK ...
    C: a3 FETCH 1 (FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])
    S: * 1 FETCH (FLAGS (\\Seen \\Draft $Work) INTERNALDATE " 1-Feb-2026 11:00:00 +0000" RFC822.SIZE 14 BODY[] {14}
    S: Subject: x
    S:
    S: )
    S: a3 OK ...
    C: a4 APPEND Drafts ~{14+}
    C: Subject: y
    C: 
    C: 
    S: * 2 EXISTS
    S: a4 OK [APPENDUID ... 2] ...`,
  );
});

test("everything is looked at before the literal is asked for", async () => {
  await play(
    engine,
    `
    C: a1 APPEND nothing {5}
    S: a1 NO [TRYCREATE] ...
    C: a2 APPEND INBOX {100001}
    S: a2 NO [TOOBIG] ...
    C: a3 APPEND INBOX (\\Nonsense) {5}
    S: a3 BAD Unknown system flag
    C: a4 APPEND INBOX (\\Recent) {5}
    S: a4 BAD Unknown system flag
    C: a5 APPEND INBOX "31-Feb-2026 12:00:00 +0100" {5}
    S: a5 BAD ...
    C: a6 APPEND INBOX {0}
    S: a6 NO [CANNOT] ...
    C: a7 APPEND INBOX
    S: a7 BAD ...
    C: a8 APPEND INBOX "text"
    S: a8 BAD ...`,
  );
});

test("a refused literal that comes anyway is passed over", async () => {
  await play(
    engine,
    `
    C: a1 APPEND nothing {14+}
    C: a9 LOGOUT
    C: ?
    C: 
    S: a1 NO [TRYCREATE] ...
    C: a2 NOOP
    S: a2 OK ...
    C: a3 APPEND INBOX {5+}
    C: hello trailing
    S: a3 BAD ...
    C: a4 NOOP
    S: a4 OK ...`,
  );
});

test("UTF8 takes a literal8 and its parenthesis", async () => {
  await play(
    engine,
    `
    C: a1 ENABLE UTF8=ACCEPT
    S: ...
    S: a1 OK ...
    C: a2 APPEND INBOX UTF8 (~{17+}
    C: Subject: ä
    C: 
    C: 
    C: x
    S: a2 BAD ...
    C: a3 APPEND INBOX UTF8 (~{15+}
    C: Subject: ä
    C: 
    C: )
    S: a3 OK [APPENDUID ...] ...
    C: a4 APPEND INBOX UTF8 ({15+}
    C: Subject: ä
    C: 
    C: )
    S: a4 BAD ...`,
  );
});

test("no room is said before the octets travel", async () => {
  const id = await engine.mailboxId("alice@example.test");
  await engine.services.prisma.mailbox.update({ where: { id }, data: { quotaBytes: 10n } });
  await play(
    engine,
    `
    C: a1 APPEND INBOX {500}
    S: a1 NO [OVERQUOTA] Mailbox full`,
  );
});
