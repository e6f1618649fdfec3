import assert from "node:assert/strict";
import { test } from "node:test";
import { nobodysKeys, parseScramKeys, proofFits, scramKeys, serverSignature } from "./scram.ts";

// RFC 7677 section 3: user "user", password "pencil".
const SALT = Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64");
const AUTH_MESSAGE = [
  "n=user,r=rOprNGfwEbeRWgbNEkqO",
  "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
  "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
].join(",");
const PROOF = Buffer.from("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "base64");

async function keysOf(password: string) {
  const keys = parseScramKeys(await scramKeys(password, SALT));
  assert.ok(keys);
  return keys;
}

test("the exchange of RFC 7677 section 3 verifies", async () => {
  const keys = await keysOf("pencil");
  assert.equal(proofFits(keys, AUTH_MESSAGE, PROOF), true);
  assert.equal(
    serverSignature(keys, AUTH_MESSAGE).toString("base64"),
    "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
  );
});

test("another password, message or proof does not fit", async () => {
  const keys = await keysOf("pencil");
  assert.equal(proofFits(await keysOf("pencim"), AUTH_MESSAGE, PROOF), false);
  assert.equal(proofFits(keys, `${AUTH_MESSAGE} `, PROOF), false);
  assert.equal(proofFits(keys, AUTH_MESSAGE, PROOF.subarray(1)), false);
  assert.equal(proofFits(keys, AUTH_MESSAGE, Buffer.alloc(0)), false);
});

test("keys are kept in the form of RFC 5803 and read back; anything else is refused", async () => {
  const text = await scramKeys("pencil", SALT);
  assert.match(text, /^SCRAM-SHA-256\$4096:W22ZaJ0SNY7soEsUEjb6gQ==\$[^$:]{44}:[^$:]{44}$/);
  assert.deepEqual(parseScramKeys(text)?.salt, SALT);
  for (const bad of [
    "",
    text.slice(1),
    `${text}=`,
    text.replace("4096", "x"),
    "SCRAM-SHA-1$1:a$b:c",
  ])
    assert.equal(parseScramKeys(bad), null);
});

test("nobody has stable keys that differ by name and secret", () => {
  assert.deepEqual(nobodysKeys("a@b", "s"), nobodysKeys("a@b", "s"));
  assert.notDeepEqual(nobodysKeys("a@b", "s").salt, nobodysKeys("c@b", "s").salt);
  assert.notDeepEqual(nobodysKeys("a@b", "s").salt, nobodysKeys("a@b", "t").salt);
});
