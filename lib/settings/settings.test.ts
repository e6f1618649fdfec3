import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { BadSettings, describeProblems } from "./problems.ts";
import { loadSettings, parseVariables } from "./settings.ts";

const folder = mkdtempSync(join(tmpdir(), "posthorn-settings-"));
after(() => rmSync(folder, { recursive: true }));
const load = (env: Record<string, string>) => loadSettings({ POSTHORN_DATA: folder, ...env });

function problemsOf(env: Record<string, string>): string[] {
  try {
    load(env);
  } catch (error) {
    assert.ok(error instanceof BadSettings);
    return error.problems.map(({ name, text }) => `${name} ${text}`);
  }
  return [];
}

suite("settings", () => {
  test("an empty environment is enough", () => {
    const settings = load({});
    assert.deepEqual(settings.ports.smtp, [25, 2525]);
    assert.equal(settings.databaseUrl, null);
    assert.equal(settings.allowPlaintextAuthOnLoopback, false);
    assert.equal(settings.limits.maxMessageBytes, 52_428_800);
    assert.equal(settings.secretKey.length, 32);
  });

  test("a port: as said, 0 is off, auto is any free one", () => {
    const { ports } = load({ SMTP_PORT: "2600", IMAP_PORT: "0", POP3_PORT: "auto" });
    assert.deepEqual([ports.smtp, ports.imap, ports.pop3], [[2600], [], [0]]);
  });

  test("an empty value is no value", () => {
    assert.deepEqual(load({ SMTP_PORT: "", DATABASE_URL: " " }).ports.smtp, [25, 2525]);
  });

  test("lists are split at commas and blanks", () => {
    const { dns } = load({ DNS_SERVERS: "127.0.0.1:5353, [::1]:53 9.9.9.9" });
    assert.deepEqual(dns.servers, ["127.0.0.1:5353", "[::1]:53", "9.9.9.9"]);
  });

  test("all problems are told at once, secrets are not", () => {
    const env = { SMTP_PORT: "70000", LOG_LEVEL: "loud", DATABASE_URL: "mysql://a:hush@b/c" };
    assert.throws(
      () => parseVariables(env),
      (error) => {
        assert.ok(error instanceof BadSettings);
        const table = describeProblems(error);
        for (const name of Object.keys(env)) assert.match(table, new RegExp(name));
        assert.doesNotMatch(table, /hush/);
        return true;
      },
    );
  });

  for (const [name, value] of [
    ["SMTP_PORT", "-1"],
    ["SMTP_PORT", "65536"],
    ["SMTP_PORT", "smtp"],
    ["BIND_ADDRESS", "localhost"],
    ["MAIL_HOSTNAME", "my_host"],
    ["PUBLIC_URL", "ftp://example.org"],
    ["AUTH_SECRET", "short"],
    ["POSTHORN_SECRET_KEY", "AAAA"],
    ["DNS_SERVERS", "dns.example.org"],
    ["DNS_TRUSTED", "perhaps"],
    ["PROXY_PROTOCOL_FROM", "10.0.0.0/33"],
    ["MAX_MESSAGE_BYTES", "10MB"],
    ["MAX_RECIPIENTS", "5"],
  ] as const) {
    test(`${name}=${value} is refused`, () => {
      const problems = problemsOf({ [name]: value });
      assert.equal(problems.length, 1);
      assert.ok(problems[0]?.startsWith(`${name} must `), problems[0]);
    });
  }
});

suite("secrets", () => {
  test("are made once, for us alone, and stay", () => {
    const first = load({});
    assert.deepEqual(load({}).secretKey, first.secretKey);
    assert.equal(load({}).authSecret, first.authSecret);
    assert.equal(statSync(join(folder, "secret-key")).mode & 0o777, 0o600);
  });

  test("may come from a file", () => {
    const file = join(folder, "auth.txt");
    writeFileSync(file, `${"x".repeat(40)}\n`);
    assert.equal(load({ AUTH_SECRET_FILE: file }).authSecret, "x".repeat(40));
  });

  test("NEXTAUTH_SECRET is AUTH_SECRET under its old name", () => {
    assert.equal(load({ NEXTAUTH_SECRET: "y".repeat(32) }).authSecret, "y".repeat(32));
  });

  test("a file that is not there, and a value given twice, are problems", () => {
    assert.match(problemsOf({ AUTH_SECRET_FILE: "/nowhere" })[0] ?? "", /cannot be read/);
    const file = join(folder, "secret-key");
    const twice = {
      POSTHORN_SECRET_KEY_FILE: file,
      POSTHORN_SECRET_KEY: readFileSync(file, "utf8"),
    };
    assert.match(problemsOf(twice)[0] ?? "", /not both/);
  });
});
