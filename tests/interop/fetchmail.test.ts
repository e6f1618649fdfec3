/** fetchmail takes everything by POP3 with STLS and leaves the maildrop empty. */
import assert from "node:assert/strict";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { testFolder } from "../support/cluster.ts";
import { PASSWORD, startTestEngine, type TestEngine } from "../support/engine.ts";
import { run } from "../support/run.ts";
import { missing } from "../support/tools.ts";

const ALICE = "alice@example.test";
const skip = missing("fetchmail");
let engine: TestEngine;
let folder: string;

before(async () => {
  if (skip) return;
  engine = await startTestEngine({ mailboxes: [ALICE] });
  folder = testFolder();
});
after(async () => {
  await engine?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

test("fetchmail moves all mail out by POP3 after STLS", { skip }, async () => {
  for (const n of [1, 2, 3]) {
    await engine.deliver(ALICE, `Subject: number ${n}\r\n\r\n.dots\r\n..more dots\r\n`);
  }
  const rc = join(folder, "fetchmailrc");
  const out = join(folder, "out");
  writeFileSync(
    rc,
    `poll 127.0.0.1 service ${engine.ports.pop3} protocol pop3
     user "${ALICE}" password "${PASSWORD}" sslproto "TLS1.2+" no sslcertck fetchall
     mda "cat >> ${out}"\n`,
  );
  chmodSync(rc, 0o600);
  const ran = await run(
    "fetchmail",
    ["-f", rc, "--nosyslog", "--nodetach", "--pidfile", join(folder, "pid")],
    {
      env: { HOME: folder },
    },
  );
  assert.equal(ran.code, 0, ran.err + ran.out);
  const mail = readFileSync(out, "utf8");
  assert.equal(mail.match(/^Subject: number \d$/gm)?.length, 3);
  assert.equal(mail.match(/^\.dots$/gm)?.length, 3);
  const folderNow = await engine.engine.ctx.store.findFolder(
    await engine.mailboxId(ALICE),
    "INBOX",
  );
  assert.equal(folderNow?.messages, 0);
});
