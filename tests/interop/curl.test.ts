/** curl as a mail client: submission, IMAP and POP3 over TLS, and STARTTLS on the plain ports. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PASSWORD, startTestEngine, type TestEngine } from "../support/engine.ts";
import { run } from "../support/run.ts";
import { missing } from "../support/tools.ts";

const ALICE = "alice@example.test";
const BOB = "bob@example.test";
const MAIL =
  "From: alice@example.test\r\nTo: bob@example.test\r\nSubject: by curl\r\n\r\nHello Bob.\r\n";

const skip = missing("curl");
let engine: TestEngine;
before(async () => {
  if (!skip) engine = await startTestEngine({ mailboxes: [ALICE, BOB] });
});
after(() => engine?.stop());

const curl = (user: string, ...args: string[]) =>
  run("curl", ["--silent", "--show-error", "--insecure", "--user", `${user}:${PASSWORD}`, ...args]);

async function submit(url: string) {
  const args = ["--ssl-reqd", "--mail-from", ALICE, "--mail-rcpt", BOB, "--upload-file", "-", url];
  return run("curl", ["-sSk", "--user", `${ALICE}:${PASSWORD}`, ...args], { input: MAIL });
}

test("curl submits by implicit TLS and by STARTTLS", { skip }, async () => {
  const implicit = await submit(`smtps://127.0.0.1:${engine.ports.submissions}`);
  assert.equal(implicit.code, 0, implicit.err);
  const starttls = await submit(`smtp://127.0.0.1:${engine.ports.submission}`);
  assert.equal(starttls.code, 0, starttls.err);
});

test("curl reads the message by IMAP and lists folders", { skip }, async () => {
  const base = `imaps://127.0.0.1:${engine.ports.imaps}`;
  const message = await curl(BOB, `${base}/INBOX;MAILINDEX=1`);
  assert.equal(message.code, 0, message.err);
  assert.ok(message.out.endsWith(MAIL.slice(MAIL.indexOf("Subject:"))), message.out);
  const folders = await curl(BOB, `${base}/`);
  for (const name of ["INBOX", "Drafts", "Sent", "Junk", "Trash", "Archive"]) {
    assert.match(folders.out, new RegExp(`"/" "?${name}"?\\r`));
  }
  const found = await curl(BOB, "--request", "SEARCH SUBJECT curl", `${base}/INBOX`);
  assert.match(found.out, /\* SEARCH 1 2\r/);
});

test("curl reads the message by POP3 after STLS and deletes it", { skip }, async () => {
  const base = `pop3://127.0.0.1:${engine.ports.pop3}`;
  const message = await curl(BOB, "--ssl-reqd", `${base}/1`);
  assert.equal(message.code, 0, message.err);
  assert.match(message.out, /\r\nHello Bob\.\r\n$/);
  const removed = await curl(BOB, "--ssl-reqd", "--request", "DELE", "--head", `${base}/1`);
  assert.equal(removed.code, 0, removed.err);
  const list = await curl(BOB, "--ssl-reqd", `${base}/`);
  assert.equal(list.out.trim().split("\n").length, 1, list.out);
});

test("a wrong password is refused", { skip }, async () => {
  const args = ["-sSk", "--user", `${BOB}:wrong`, `imaps://127.0.0.1:${engine.ports.imaps}/`];
  const { code } = await run("curl", args);
  assert.equal(code, 67); // CURLE_LOGIN_DENIED
});
