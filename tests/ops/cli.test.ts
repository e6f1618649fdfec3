/** `posthorn` without a running installation: it brings the database for the time of a command. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { testFolder } from "../support/cluster.ts";

const folder = testFolder();
after(() => rmSync(folder, { recursive: true, force: true }));
const BIN = join(import.meta.dirname, "../../bin/posthorn");

interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** From another folder, as people do. */
function posthorn(args: readonly string[], input = "", env: Record<string, string> = {}) {
  const child = spawn(BIN, args, {
    cwd: tmpdir(),
    env: { ...process.env, NODE_OPTIONS: "", POSTHORN_DATA: folder, ...env },
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (data) => (output.stdout += String(data)));
  child.stderr.on("data", (data) => (output.stderr += String(data)));
  child.stdin.end(input);
  return new Promise<Answer>((resolve) =>
    child.once("close", (code) => resolve({ code, ...output })),
  );
}

suite("posthorn", () => {
  test("says its version and its commands", async () => {
    assert.match((await posthorn(["version"])).stdout, /^posthorn \d+\.\d+\.\d+ \(node 24\./);
    assert.match((await posthorn(["help"])).stdout, /domain add/);
    assert.match((await posthorn(["help", "mailbox"])).stdout, /--password-stdin/);
    assert.match(
      (await posthorn(["domain", "add", "--help"])).stdout,
      /^Usage: posthorn domain add/,
    );
  });

  test("wrong usage is exit 2 with the usage", async () => {
    for (const args of [["domain"], ["dance"], ["domain", "add"], ["version", "--loud"]]) {
      assert.equal((await posthorn(args)).code, 2, args.join(" "));
    }
  });

  test("before the first migration it says what to do", async () => {
    const answer = await posthorn(["domain", "list"]);
    assert.equal(answer.code, 1);
    assert.match(answer.stderr, /run `posthorn migrate` first/);
  });

  test("makes domain and mailbox, refuses what the console refuses", async () => {
    assert.equal((await posthorn(["migrate"])).code, 0);
    assert.equal((await posthorn(["domain", "add", "example.test"])).code, 0);
    assert.equal((await posthorn(["domain", "add", "not a domain"])).code, 1);
    const add = ["mailbox", "add", "alice@example.test", "--password-stdin", "--json"];
    const weak = await posthorn(add, "password\n");
    assert.equal(weak.code, 1);
    assert.match(JSON.parse(weak.stdout).error, /at least 10 characters/);
    const added = await posthorn(add, "a short sentence\n");
    assert.equal(JSON.parse(added.stdout).address, "alice@example.test");
    assert.equal((await posthorn(add, "a short sentence\n")).code, 1);
    const nobody = ["mailbox", "password", "bob@example.test", "--password-stdin"];
    assert.match(
      (await posthorn(nobody, "another sentence\n")).stderr,
      /no mailbox bob@example\.test/,
    );
  });

  test("says what a domain is used for, previews another use, and changes it", async () => {
    const mode = ["domain", "mode", "watched.test"];
    const added = await posthorn(["domain", "add", "watched.test", "--mode", "reports", "--json"]);
    assert.equal(JSON.parse(added.stdout).mode, "reports");
    assert.equal((await posthorn(["domain", "add", "x.test", "--mode", "some"])).code, 1);
    assert.match((await posthorn(mode)).stdout, /^watched\.test is used for: reports$/m);
    const dry = JSON.parse((await posthorn([...mode, "send", "--dry-run", "--json"])).stdout);
    assert.equal(dry.changed, false);
    assert.ok(dry.add.some(({ value }: { value: string }) => value.startsWith("v=spf1 ")));
    assert.match((await posthorn(["domain", "show", "watched.test"])).stdout, /used for +reports/);
    assert.match((await posthorn([...mode, "send"])).stdout, /: reports → send$/m);
    assert.match((await posthorn(["domain", "list"])).stdout, /^watched\.test +send /m);
    assert.equal((await posthorn([...mode, "sometimes"])).code, 1);
    assert.equal((await posthorn(["domain", "mode", "nobody.test", "full"])).code, 1);
  });

  test("adds a list from standard input, line by line, and tells what it left out", async () => {
    const list = "# ours\nhttps://www.l1.test/x, l2.test\nl1.test\nexample.test\nco.uk\n";
    const dry = JSON.parse(
      (await posthorn(["domain", "import", "--dry-run", "--json"], list)).stdout,
    );
    const states = ["valid", "valid", "repeated", "taken", "suffix"];
    assert.deepEqual(
      dry.entries.map(({ state }: { state: string }) => state),
      states,
    );
    const added = await posthorn(["domain", "import", "--mode", "send"], list);
    assert.equal(added.code, 1);
    assert.match(added.stdout, /^l2\.test +l2\.test +added$/m);
    assert.match(added.stdout, /^co\.uk +- +everybody registers under it$/m);
    assert.match((await posthorn(["domain", "show", "l1.test"])).stdout, /used for +send/);
    const again = await posthorn(["domain", "import"], "l1.test l2.test");
    assert.equal(again.code, 0, "here already is no failure");
    assert.equal((await posthorn(["domain", "import", "--mode", "some"], "x.test")).code, 1);
  });

  test("lists signing keys, and begins to replace them; never a private half", async () => {
    const listed = await posthorn(["domain", "keys", "example.test"]);
    assert.match(listed.stdout, /^ph\d{4}r +rsa-sha256 +2048 +publishing +- +-$/m);
    assert.match(listed.stdout, /leaves unsigned until a key is visible in DNS/);
    const begun = await posthorn(["domain", "rotate", "example.test", "--json"]);
    assert.equal(JSON.parse(begun.stdout).selectors.length, 2);
    assert.equal((await posthorn(["domain", "rotate", "example.test"])).code, 1);
    const short = await posthorn(["domain", "rotate", "example.test", "--bits", "1024"]);
    assert.match(short.stderr, /2048, 3072 or 4096/);
    const json = await posthorn(["domain", "keys", "example.test", "--json"]);
    assert.equal(JSON.parse(json.stdout).keys.length, 4);
    assert.doesNotMatch(json.stdout, /private/i);
    assert.equal((await posthorn(["domain", "keys", "nobody.test"])).code, 1);
  });

  test("lists the folders of a mailbox by page, and knows no other's", async () => {
    const folders = ["mailbox", "folders", "alice@example.test"];
    const { stdout } = await posthorn([...folders, "--limit", "2", "--json"]);
    const list = JSON.parse(stdout) as { folders: { name: string }[]; next: string; sum: object };
    assert.deepEqual(
      list.folders.map(({ name }) => name),
      ["INBOX", "Archive"],
    );
    assert.equal(list.next, "Archive");
    assert.match((await posthorn(folders)).stdout, /0 messages in 6 folders/);
    assert.match((await posthorn([...folders, "--after", "Archive"])).stdout, /^Drafts/m);
    assert.equal((await posthorn(["mailbox", "folders", "bob@example.test"])).code, 1);
  });

  test("shows and changes what a mailbox may keep", async () => {
    const limits = ["mailbox", "limits", "alice@example.test"];
    assert.equal((await posthorn(limits)).stdout, "0 B of 5.0 GiB\n0 of any number of messages\n");
    const changed = await posthorn([...limits, "--messages", "20000", "--json"]);
    assert.deepEqual(JSON.parse(changed.stdout), {
      ...{ usedBytes: 0, quotaBytes: 5 * 2 ** 30, usedMessages: 0, quotaMessages: 20_000 },
    });
    assert.match((await posthorn(["mailbox", "list", "example.test"])).stdout, /0 of 20000/);
    const both = [...limits, "--quota-gib", "0.5", "--messages", "none"];
    assert.match((await posthorn(both)).stdout, /^0 B of 512.*\n0 of any number/);
    const wrong = await posthorn([...limits, "--messages", "0"]);
    assert.deepEqual([wrong.code, /whole number/.test(wrong.stderr)], [1, true]);
    assert.match(
      (await posthorn([...limits.slice(0, 2), "bob@example.test"])).stderr,
      /no mailbox/,
    );
    const add = ["mailbox", "add", "few@example.test", "--messages", "9", "--password-stdin"];
    assert.equal((await posthorn(add, "a short sentence\n")).code, 0);
    assert.match((await posthorn(["mailbox", "list", "example.test"])).stdout, /few@.*0 of 9 /);
  });

  test("denies a mailbox single capabilities of IMAP, and gives them back", async () => {
    const imap = ["mailbox", "imap", "alice@example.test"];
    assert.match((await posthorn(imap)).stdout, /Nothing is denied/);
    const denied = await posthorn([...imap, "--deny", "idle,Move"]);
    assert.match(denied.stdout, /Denied: IDLE, MOVE\./);
    const json = await posthorn([...imap, "--allow", "IDLE", "--json"]);
    assert.deepEqual(JSON.parse(json.stdout), { denied: ["MOVE"] });
    const unknown = await posthorn([...imap, "--deny", "LOGIN"]);
    assert.notEqual(unknown.code, 0);
    assert.match(unknown.stderr, /LOGIN.*no capability/);
  });

  test("makes, lists and revokes an app password; it is shown once", async () => {
    const group = ["mailbox", "app-password"];
    const add = [...group, "add", "alice@example.test", "--name", "Printer", "--protocols", "smtp"];
    const made = JSON.parse((await posthorn([...add, "--json"])).stdout);
    assert.match(made.password, /^[0-9a-z]{28}$/);
    assert.match((await posthorn(add)).stdout, /^([0-9a-z]{4} ){6}[0-9a-z]{4}\n/);
    const list = await posthorn([...group, "list", "alice@example.test"]);
    assert.match(list.stdout, /Printer +smtp +never +never/);
    assert.doesNotMatch(list.stdout, new RegExp(made.password));
    assert.equal((await posthorn([...group, "revoke", made.id])).code, 0);
    const left = await posthorn([...group, "list", "alice@example.test", "--json"]);
    assert.equal(JSON.parse(left.stdout).appPasswords.length, 1);
    assert.equal((await posthorn([...group, "revoke", "nonsense"])).code, 1);
    assert.equal((await posthorn([...add.slice(0, 6), "--protocols", "http"])).code, 2);
    assert.equal((await posthorn(group)).code, 2);
  });

  test("no database is exit 3", async () => {
    const env = { DATABASE_URL: "postgresql://nobody:secret@127.0.0.1:1/none" };
    const answer = await posthorn(["domain", "list"], "", env);
    assert.equal(answer.code, 3);
    assert.doesNotMatch(answer.stderr, /secret/);
  });

  test("doctor finds a readable key, and says how to mend it", async () => {
    chmodSync(join(folder, "secret-key"), 0o644);
    const answer = await posthorn(["doctor"]);
    assert.equal(answer.code, 1);
    assert.match(answer.stdout, /WRONG +Data folder: secret-key can be read by other users/);
    assert.match(answer.stdout, /→ chmod 600 /);
  });
});
