import assert from "node:assert/strict";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { test } from "node:test";
import { dkimText, generateDkimKeys, keyBits, readDkimKey } from "./dkim-keys.ts";

const rsa = (modulusLength: number) => generateKeyPairSync("rsa", { modulusLength });
const pem = (key: KeyObject, type: "pkcs8" | "pkcs1" = "pkcs8") =>
  key.export({ type, format: "pem" }).toString();

test("a pair is RSA-2048 and Ed25519; 3072 and 4096 when asked for", async () => {
  const pair = await generateDkimKeys();
  assert.deepEqual(
    pair.map(({ algorithm, publicKey }) => [algorithm, keyBits(algorithm, publicKey)]),
    [
      ["rsa_sha256", 2048],
      ["ed25519_sha256", 256],
    ],
  );
  const [long] = await generateDkimKeys({ algorithms: ["rsa_sha256"], rsaBits: 3072 });
  assert.equal(keyBits("rsa_sha256", long?.publicKey ?? ""), 3072);
});

test("PKCS#8 and PKCS#1 are read; both halves are what a new key has", () => {
  const { privateKey } = rsa(2048);
  const [one, two] = [readDkimKey(pem(privateKey)), readDkimKey(pem(privateKey, "pkcs1"))];
  assert.ok(typeof one === "object");
  assert.deepEqual(two, one);
  assert.equal(keyBits(one.algorithm, one.publicKey), 2048);
  const ed = readDkimKey(pem(generateKeyPairSync("ed25519").privateKey));
  assert.ok(typeof ed === "object" && Buffer.from(ed.publicKey, "base64").length === 32);
});

test("what cannot sign, or should not, is refused by name", () => {
  const { privateKey, publicKey } = rsa(1024);
  const encrypted = rsa(2048).privateKey.export({
    ...{ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" },
  });
  const curve = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const cases: [string, string][] = [
    ["tooShort", pem(privateKey)],
    ["publicOnly", publicKey.export({ type: "spki", format: "pem" }).toString()],
    ["encrypted", encrypted.toString()],
    ["otherKind", pem(curve.privateKey)],
    ["notAKey", "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n"],
    ["notAKey", ""],
  ];
  for (const [problem, text] of cases) assert.equal(readDkimKey(text), problem);
});

test("a revoked key is published without a value", () => {
  const key = { algorithm: "rsa_sha256", publicKey: "MIIB" } as const;
  assert.equal(dkimText(key), "v=DKIM1; k=rsa; p=MIIB");
  assert.equal(dkimText({ ...key, revoked: true }), "v=DKIM1; k=rsa; p=");
});
