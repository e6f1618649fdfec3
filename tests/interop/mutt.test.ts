/** mutt in batch mode: sends with its own SMTP client and reads by IMAP. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { testFolder } from "../support/cluster.ts";
import { PASSWORD, startTestEngine, type TestEngine } from "../support/engine.ts";
import { run } from "../support/run.ts";
import { missing } from "../support/tools.ts";

const ALICE = "alice@example.test";
const BOB = "bob@example.test";
const skip = missing("mutt");
let engine: TestEngine;
let folder: string;

before(async () => {
  if (skip) return;
  engine = await startTestEngine({ mailboxes: [ALICE, BOB] });
  folder = testFolder();
  mkdirSync(join(folder, "out"));
});
after(async () => {
  await engine?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

function muttrc(user: string): string {
  const path = join(folder, `muttrc-${user.split("@")[0]}`);
  const name = user.replace("@", "%40");
  const settings = {
    smtp_url: `smtp://${name}@127.0.0.1:${engine.ports.submission}/`,
    smtp_pass: PASSWORD,
    imap_user: user,
    imap_pass: PASSWORD,
    folder: `imap://127.0.0.1:${engine.ports.imap}/`,
    spoolfile: `imap://127.0.0.1:${engine.ports.imap}/INBOX`,
    from: user,
    realname: "Tester",
  };
  const lines = Object.entries(settings).map(([key, value]) => `set ${key} = "${value}"`);
  const bare = ["set ssl_starttls = no", "set ssl_force_tls = no", "unset record", "set copy = no"];
  writeFileSync(path, [...lines, ...bare, "set header_cache = ''", ""].join("\n"));
  return path;
}

test(
  "mutt sends an attachment by submission, and reads and saves it by IMAP",
  { skip },
  async () => {
    const attachment = join(folder, "note.txt");
    writeFileSync(attachment, "Grüße aus der Anlage\n");
    const env = { HOME: folder, TERM: "dumb" };
    const sent = await run(
      "mutt",
      ["-F", muttrc(ALICE), "-s", "Hallo Bob", "-a", attachment, "--", BOB],
      { input: "Text of the message\n", env },
    );
    assert.equal(sent.code, 0, sent.err);

    // Batch reading: mutt copies the message to a local mbox and leaves.
    const target = join(folder, "out/saved");
    const keys = `push "<tag-pattern>~A<enter><tag-prefix><copy-message><kill-line>${target}<enter>y<quit>yy"`;
    const read = await run(
      "script",
      [
        "-qec",
        `mutt -F ${muttrc(BOB)} -e 'set copy=no confirmappend=no confirmcreate=no delete=no quit=yes' -e '${keys}'`,
        "/dev/null",
      ],
      { env: { ...env, TERM: "xterm" } },
    );
    const saved = readFileSync(target, "utf8");
    assert.match(saved, /^Subject: Hallo Bob$/m, read.out);
    assert.match(saved, /filename="?note\.txt"?/);
    assert.match(saved, /Authentication-Results|Received: /);
  },
);
