/** fetchmail takes everything by POP3 with STLS and leaves the maildrop empty. */
import assert from "node:assert/strict";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PASSWORD } from "../support/engine.ts";
import { run } from "../support/run.ts";
import { beside } from "./beside.ts";

const ALICE = "alice@example.test";
const here = beside("fetchmail", [ALICE]);
const { skip } = here;

test("fetchmail moves all mail out by POP3 after STLS", { skip }, async () => {
  for (const n of [1, 2, 3]) {
    await here.engine.deliver(ALICE, `Subject: number ${n}\r\n\r\n.dots\r\n..more dots\r\n`);
  }
  const rc = join(here.folder, "fetchmailrc");
  const out = join(here.folder, "out");
  writeFileSync(
    rc,
    `poll 127.0.0.1 service ${here.engine.ports.pop3} protocol pop3
     user "${ALICE}" password "${PASSWORD}" sslproto "TLS1.2+" no sslcertck fetchall
     mda "cat >> ${out}"\n`,
  );
  chmodSync(rc, 0o600);
  const ran = await run(
    "fetchmail",
    ["-f", rc, "--nosyslog", "--nodetach", "--pidfile", join(here.folder, "pid")],
    {
      env: { HOME: here.folder },
    },
  );
  assert.equal(ran.code, 0, ran.err + ran.out);
  const mail = readFileSync(out, "utf8");
  assert.equal(mail.match(/^Subject: number \d$/gm)?.length, 3);
  assert.equal(mail.match(/^\.dots$/gm)?.length, 3);
  const folderNow = await here.engine.engine.ctx.store.findFolder(
    await here.engine.mailboxId(ALICE),
    "INBOX",
  );
  assert.equal(folderNow?.messages, 0);
});
