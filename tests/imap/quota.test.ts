/** QUOTA (RFC 9208), STORAGE: what there is room for, and what emptying the waste would give back. */
import { test } from "node:test";
import { ALICE, imapEngine, play } from "./support.ts";

const engine = await imapEngine();
await engine.deliver(ALICE, "x".repeat(1500));
await engine.deliver(ALICE, "y".repeat(600));
const id = await engine.mailboxId(ALICE);
await engine.services.prisma.mailbox.update({ where: { id }, data: { quotaBytes: 10_300n } });

test("one root for all mailboxes, in units of 1024 octets", async () => {
  await play(
    engine,
    `
    C: a0 CAPABILITY
    S: * CAPABILITY ... QUOTA QUOTA=RES-STORAGE QUOTA=RES-MESSAGE ...
    S: a0 OK ...
    C: a1 GETQUOTAROOT inbox
    S: * QUOTAROOT INBOX ""
    S: * QUOTA "" (STORAGE 3 10)
    S: a1 OK ...
    C: a2 GETQUOTA ""
    S: * QUOTA "" (STORAGE 3 10)
    S: a2 OK ...
    C: a3 APPEND INBOX {8201}
    S: a3 NO [OVERQUOTA] ...`,
  );
});

test("other roots, mailboxes that are not there, and setting are refused", async () => {
  await play(
    engine,
    `
    C: a1 GETQUOTA "somebody"
    S: a1 NO [NONEXISTENT] ...
    C: a2 GETQUOTAROOT nowhere
    S: a2 NO [NONEXISTENT] ...
    C: a3 SETQUOTA "" (STORAGE 9999999)
    S: a3 NO [NOPERM] ...
    C: a4 SETQUOTA "" (STORAGE)
    S: a4 BAD ...
    C: a5 GETQUOTA
    S: a5 BAD ...
    C: a6 GETQUOTA "" more
    S: a6 BAD ...
    C: a7 GETQUOTA ""
    S: * QUOTA "" (STORAGE 3 10)
    S: a7 OK ...`,
  );
});

test("DELETED-STORAGE is what an EXPUNGE would free", async () => {
  await play(
    engine,
    `
    C: a1 STATUS INBOX (DELETED DELETED-STORAGE)
    S: * STATUS INBOX (DELETED 0 DELETED-STORAGE 0)
    S: a1 OK ...
    C2: s1 SELECT INBOX
    S2: ...
    S2: s1 OK ...
    C2: b1 STORE 2 +FLAGS.SILENT (\\Deleted)
    S2: b1 OK ...
    C: a2 LIST "" INBOX RETURN (STATUS (DELETED DELETED-STORAGE SIZE))
    S: * LIST ...
    S: * STATUS INBOX (DELETED 1 DELETED-STORAGE 600 SIZE 2100)
    S: a2 OK ...
    C2: b2 EXPUNGE
    S2: ...
    S2: b2 OK ...
    C: a3 GETQUOTA ""
    S: * QUOTA "" (STORAGE 2 10)
    S: a3 OK ...`,
    ["", "2"],
  );
});
