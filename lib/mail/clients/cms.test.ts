import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { generateKeyPairSync, X509Certificate } from "node:crypto";
import forge from "node-forge";
import { missing } from "../../../tests/support/tools.ts";
import { selfSigned } from "../self-signed.ts";
import { signedData } from "./cms.ts";

const folder = mkdtempSync(join(tmpdir(), "posthorn-cms-"));
after(() => rmSync(folder, { recursive: true }));
const CONTENT = Buffer.from("<plist>…</plist>\r\nand bytes \0\x01\xff", "latin1");

/** An RSA certificate, as a person might have uploaded one. */
function rsaSigner() {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const keyPem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(
    publicKey.export({ type: "spki", format: "pem" }).toString(),
  );
  certificate.serialNumber = "00ff01";
  certificate.validity.notBefore = new Date(Date.now() - 60_000);
  certificate.validity.notAfter = new Date(Date.now() + 86_400_000);
  const name = [{ name: "commonName", value: "mail.example.net" }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.sign(forge.pki.privateKeyFromPem(keyPem), forge.md.sha256.create());
  return { certPem: forge.pki.certificateToPem(certificate), keyPem };
}

function verify(signed: Buffer, certPem: string) {
  const [message, certificate, out] = ["signed.der", "ca.pem", "out"].map((name) =>
    join(folder, name),
  );
  assert.ok(message && certificate && out);
  writeFileSync(message, signed);
  writeFileSync(certificate, certPem);
  const args = ["smime", "-verify", "-inform", "DER", "-in", message, "-CAfile", certificate];
  return spawnSync("openssl", [...args, "-purpose", "any", "-binary"], { encoding: "buffer" });
}

const skip = missing("openssl");

for (const [kind, signer] of [
  ["ECDSA", await selfSigned(["mail.example.net"])],
  ["RSA", rsaSigner()],
] as const) {
  test(`openssl finds an ${kind} signature right, and the content as it was`, { skip }, () => {
    const signed = signedData(CONTENT, signer, new Date());
    const { status, stdout, stderr } = verify(signed, signer.certPem);
    assert.equal(status, 0, stderr.toString());
    assert.deepEqual(stdout, CONTENT);
  });

  test(`a changed byte spoils an ${kind} signature`, { skip }, () => {
    const signed = signedData(CONTENT, signer, new Date());
    const at = signed.indexOf(CONTENT);
    signed.writeUInt8(signed.readUInt8(at) ^ 1, at);
    assert.notEqual(verify(signed, signer.certPem).status, 0);
  });

  test(`the ${kind} certificate travels byte by byte`, () => {
    const signed = signedData(CONTENT, signer, new Date());
    assert.ok(signed.includes(new X509Certificate(signer.certPem).raw));
  });
}

test("a key that cannot sign is refused", async () => {
  const { privateKey } = generateKeyPairSync("ed25519");
  const keyPem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const { certPem } = await selfSigned(["mail.example.net"]);
  assert.throws(() => signedData(CONTENT, { certPem, keyPem }, new Date()));
  assert.throws(() => signedData(CONTENT, { certPem: "", keyPem }, new Date()), RangeError);
});
