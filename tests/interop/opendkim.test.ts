import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { signMessage } from "../../engine/outbound/sign.ts";
import { generateDkimKeys } from "../../lib/mail/dkim-keys.ts";
import type { Directory } from "../../lib/mail/ports.ts";
import { findProgram, missing } from "../support/tools.ts";

const skip = missing("opendkim");
const folder = mkdtempSync(join(tmpdir(), "posthorn-opendkim-"));
after(() => rmSync(folder, { recursive: true }));

const MESSAGE =
  "From: Ann <ann@a.example>\r\nTo: bob@b.example\r\nSubject:  folded\r\n\tsubject \r\n" +
  "Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@a.example>\r\n\r\n" +
  " white \t space \r\n\r\n.\r\nend\r\n\r\n\r\n";

const pem = (key: Buffer) =>
  createPrivateKey({ key, format: "der", type: "pkcs8" }).export({ type: "pkcs8", format: "pem" });

/** What OpenDKIM would write into Authentication-Results. */
async function verdicts(message: string): Promise<string[]> {
  const [file, config] = [join(folder, "message"), join(folder, "opendkim.conf")];
  writeFileSync(file, message, "latin1");
  const records = `TestDNSData file:${join(folder, "dns")}\nRequireSafeKeys no\nMode v\n`;
  writeFileSync(config, records);
  const program = findProgram("opendkim") ?? "opendkim";
  const run = promisify(execFile)(program, ["-x", config, "-vv", "-t", file]);
  // It ends with an error when a signature is bad; what it said counts.
  const said = await run.catch((error: { stdout: string }) => error);
  return [...said.stdout.matchAll(/dkim=(\w+).*header\.a=(\S+)/g)].map(
    ([, word, a]) => `${a} ${word}`,
  );
}

test("OpenDKIM verifies both signatures, and neither after a change", { skip }, async () => {
  const keys = await generateDkimKeys();
  const records = keys.map(({ selector, algorithm, publicKey }) => {
    const type = algorithm === "rsa_sha256" ? "rsa" : "ed25519";
    return `${selector}._domainkey.a.example v=DKIM1; k=${type}; p=${publicKey}\n`;
  });
  writeFileSync(join(folder, "dns"), records.join(""));
  const signers = keys.map((key) => ({
    selector: key.selector,
    algorithm: key.algorithm === "rsa_sha256" ? "rsa-sha256" : "ed25519-sha256",
    privateKey: pem(key.privateKey),
  }));
  const directory = { dkimSigners: async () => signers } as unknown as Directory; // all that signing asks for
  const bytes = Buffer.from(MESSAGE);
  const source = {
    size: bytes.length,
    open: async function* () {
      yield bytes;
    },
  };
  const prefix = (await signMessage(source, "a.example", directory)).toString("latin1");

  assert.deepEqual(await verdicts(prefix + MESSAGE), ["rsa-sha256 pass", "ed25519-sha256 pass"]);
  const changed = prefix + MESSAGE.replace("end", "And");
  assert.deepEqual(await verdicts(changed), ["rsa-sha256 fail", "ed25519-sha256 fail"]);
});
