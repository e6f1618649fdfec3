/** Capabilities that an account is denied: announced to others, unknown to it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DENIABLE, isDenied } from "../../lib/mail/imap-capabilities.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { setImapDenied } from "../../lib/service/mailboxes.ts";
import { PASSWORD } from "../support/engine.ts";
import { until } from "../support/until.ts";
import { transcript } from "../support/transcript.ts";
import { ALICE, BOB, imapEngine, play } from "./support.ts";

const engine = await imapEngine();
/** Before sign-in, of the wire, or with a number: not deniable. */
const FIXED = /^(IMAP4rev1|LITERAL\+|SASL-IR|ID|ENABLE|APPENDLIMIT=\d+)$/;

async function deny(...denied: (typeof DENIABLE)[number][]) {
  const mailboxId = await engine.mailboxId(ALICE);
  assert.equal(await setImapDenied(engine.services, cliActor, { mailboxId, denied }), "done");
  // The job ends every session of the mailbox that is there when it runs: not the one to come.
  const { job } = engine.services.prisma;
  const working = () => job.count({ where: { mailboxId, finishedAt: null } });
  await until(async () => (await working()) === 0, "the end of the sessions");
}

test("every capability that is announced can be denied, and only those", async () => {
  const { capabilities } = await import("../../engine/imap/capabilities.ts");
  const { ctx } = engine.engine;
  const session = { state: "authenticated", context: ctx, denied: [] };
  const announced = capabilities(session as never).filter((name) => !FIXED.test(name));
  assert.deepEqual(
    announced.filter((name) => !isDenied(name, DENIABLE)),
    [],
  );
  assert.deepEqual(
    DENIABLE.filter((name) => !announced.includes(name)),
    [],
  );
});

test("what is denied is not announced, its commands are unknown, ENABLE passes it over", async () => {
  await deny("IDLE", "MOVE", "SORT", "CONDSTORE", "IMAP4rev2");
  await play(
    engine,
    `
    C: a1 CAPABILITY
    S: * CAPABILITY IMAP4rev1 LITERAL+ SASL-IR ID ENABLE NAMESPACE UNSELECT UIDPLUS UNAUTHENTICATE ...
    S: a1 OK ...
    C: a2 IDLE
    S: a2 BAD Unknown command
    C: a3 ENABLE QRESYNC CONDSTORE IMAP4rev2 UTF8=ACCEPT
    S: * ENABLED UTF8=ACCEPT
    S: a3 OK ...
    C: a4 SELECT INBOX
    S: ...
    S: a4 OK ...
    C: a5 UID MOVE 1 Trash
    S: a5 BAD Unknown command
    C: a6 SORT (DATE) UTF-8 ALL
    S: a6 BAD Unknown command
    C: a7 UID SEARCH ALL
    S: * SEARCH
    S: a7 OK ...`,
  );
});

test("another account is offered all, and after it was given back so is this one", async () => {
  await deny("IDLE");
  const idle = (address: string, answer: string) =>
    transcript(
      engine.ports.imap,
      `
    S: * OK ...
    C: in LOGIN ${address} "${PASSWORD}"
    S: in OK ...
    C: a1 IDLE
    S: ${answer}`,
    );
  await idle(BOB, "+ idling");
  await idle(ALICE, "a1 BAD Unknown command");
  await deny();
  await idle(ALICE, "+ idling");
});
