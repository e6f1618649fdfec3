/**
 * Real mail programs with an app password, as its owner types it: curl by all three protocols, mutt and
 * mbsync by IMAP. What they may not, they are refused as with a wrong password.
 */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { groupsOf, type AppProtocol } from "../../lib/mail/app-password.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { createAppPassword, revokeAppPassword } from "../../lib/service/app-passwords.ts";
import { testFolder } from "../support/cluster.ts";
import { startTestEngine, type TestEngine } from "../support/engine.ts";
import { run } from "../support/run.ts";
import { missing } from "../support/tools.ts";

const ANN = "ann@example.test";
const MAIL = "From: ann@example.test\r\nTo: ann@example.test\r\nSubject: app\r\n\r\nHello.\r\n";
const LOGIN_DENIED = 67; // CURLE_LOGIN_DENIED

let engine: TestEngine;
let folder: string;
before(async () => {
  engine = await startTestEngine({ mailboxes: [ANN] });
  folder = testFolder();
  await engine.deliver(ANN, MAIL);
});
after(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function made(...protocols: AppProtocol[]) {
  const input = {
    mailboxId: await engine.mailboxId(ANN),
    name: "a program",
    protocols,
    days: null,
  };
  const result = await createAppPassword(engine.services, cliActor, input);
  assert.ok(result.outcome === "done");
  return { ...result, shown: groupsOf(result.password).join(" ") };
}

const curl = (password: string, args: readonly string[], input = "") =>
  run("curl", ["-sSk", "--user", `${ANN}:${password}`, ...args], { input });

test(
  "curl reads, fetches and sends with it, and nothing after it was revoked",
  { skip: missing("curl") },
  async () => {
    const { shown, appPasswordId } = await made("imap", "pop3", "smtp");
    const { imaps, pop3s, submissions } = engine.ports;
    const read = ["-X", "EXAMINE INBOX", `imaps://127.0.0.1:${imaps}/`];
    const fetch = [`pop3s://127.0.0.1:${pop3s}/1`];
    const send = [
      "--mail-from",
      ANN,
      "--mail-rcpt",
      ANN,
      "-T",
      "-",
      `smtps://127.0.0.1:${submissions}`,
    ];
    for (const args of [read, fetch, send]) {
      const { code, err } = await curl(shown, args, MAIL);
      assert.equal(code, 0, err);
    }
    await revokeAppPassword(engine.services, cliActor, { appPasswordId });
    for (const args of [read, fetch, send])
      assert.equal((await curl(shown, args, MAIL)).code, LOGIN_DENIED);
  },
);

test("curl is refused where it is for something else", { skip: missing("curl") }, async () => {
  const { shown } = await made("smtp");
  const { code } = await curl(shown, [`imaps://127.0.0.1:${engine.ports.imaps}/`]);
  assert.equal(code, LOGIN_DENIED);
});

test("mbsync fetches the mailbox with it", { skip: missing("mbsync") }, async () => {
  const { shown } = await made("imap");
  const configuration = join(folder, "mbsyncrc");
  mkdirSync(join(folder, "mail"));
  const lines = [
    ...["IMAPAccount posthorn", "Host 127.0.0.1", `Port ${engine.ports.imap}`, `User ${ANN}`],
    ...[`Pass "${shown}"`, "SSLType None", "AuthMechs LOGIN", "", "IMAPStore far"],
    ...["Account posthorn", "", "MaildirStore near", `Path ${folder}/mail/`],
    ...[`Inbox ${folder}/mail/INBOX`, "", "Channel one", "Far :far:", "Near :near:"],
    ...["Patterns INBOX", "Create Near", "SyncState *", ""],
  ];
  writeFileSync(configuration, lines.join("\n"));
  chmodSync(configuration, 0o600);
  const { code, err } = await run("mbsync", ["-c", configuration, "-a"]);
  assert.equal(code, 0, err);
  const inbox = join(folder, "mail/INBOX");
  assert.ok([...readdirSync(join(inbox, "new")), ...readdirSync(join(inbox, "cur"))].length > 0);
});

test("mutt copies a message out of the mailbox with it", { skip: missing("mutt") }, async () => {
  const { shown } = await made("imap");
  const rc = join(folder, "muttrc");
  const lines = [
    `set imap_user = "${ANN}"`,
    `set imap_pass = "${shown}"`,
    `set imap_authenticators = "login"`,
    `set spoolfile = "imap://127.0.0.1:${engine.ports.imap}/INBOX"`,
    ...["set ssl_starttls = no", "set ssl_force_tls = no", "set header_cache = ''", ""],
  ];
  writeFileSync(rc, lines.join("\n"));
  const copy = join(folder, "copied");
  const keys = `push "<tag-pattern>~A<enter><tag-prefix><copy-message><kill-line>${copy}<enter>y<quit>yy"`;
  const set = "set copy=no confirmappend=no confirmcreate=no delete=no quit=yes";
  const args = ["-qec", `mutt -F ${rc} -e '${set}' -e '${keys}'`, "/dev/null"];
  await run("script", args, { env: { HOME: folder, TERM: "xterm" } });
  assert.ok(existsSync(copy), "nothing was copied");
});
