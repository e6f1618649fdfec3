/** mutt in batch mode: sends with its own SMTP client and reads by IMAP. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PASSWORD } from "../support/engine.ts";
import { run } from "../support/run.ts";
import { beside } from "./beside.ts";

const ALICE = "alice@example.test";
const BOB = "bob@example.test";
const here = beside("mutt", [ALICE, BOB], () => {
  mkdirSync(join(here.folder, "out"));
});
const { skip } = here;

function muttrc(user: string): string {
  const path = join(here.folder, `muttrc-${user.split("@")[0]}`);
  const name = user.replace("@", "%40");
  const settings = {
    smtp_url: `smtp://${name}@127.0.0.1:${here.engine.ports.submission}/`,
    smtp_pass: PASSWORD,
    imap_user: user,
    imap_pass: PASSWORD,
    folder: `imap://127.0.0.1:${here.engine.ports.imap}/`,
    spoolfile: `imap://127.0.0.1:${here.engine.ports.imap}/INBOX`,
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
    const attachment = join(here.folder, "note.txt");
    writeFileSync(attachment, "Grüße aus der Anlage\n");
    const env = { HOME: here.folder, TERM: "dumb" };
    const sent = await run(
      "mutt",
      ["-F", muttrc(ALICE), "-s", "Hallo Bob", "-a", attachment, "--", BOB],
      { input: "Text of the message\n", env },
    );
    assert.equal(sent.code, 0, sent.err);

    // Batch reading: mutt copies the message to a local mbox and leaves.
    const target = join(here.folder, "out/saved");
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
