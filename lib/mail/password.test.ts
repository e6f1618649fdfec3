import assert from "node:assert/strict";
import { test } from "node:test";
import { hashCredentials, hashPassword, verifyNobody, verifyPassword } from "./password.ts";
import { saslPrep } from "./saslprep.ts";
import { parseScramKeys } from "./scram.ts";

test("a password fits its hash and no other does", async () => {
  const hash = await hashPassword("correct horse");
  assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.equal(await verifyPassword("correct horse", hash), true);
  assert.equal(await verifyPassword("correct horsf", hash), false);
  assert.equal(await verifyPassword("", hash), false);
  assert.notEqual(await hashPassword("correct horse"), hash, "salted");
});

test("hashes of other makers are read: reference Argon2 1.3 vector", async () => {
  // phc-winner-argon2, test.c: argon2id, m=2^16, t=2, p=1, "password", "somesalt"
  const reference =
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
  assert.equal(await verifyPassword("password", reference), true);
  assert.equal(await verifyPassword("passwore", reference), false);
});

test("the same password typed on another keyboard fits", async () => {
  const hash = await hashPassword("Café n\u00ba1");
  assert.equal(await verifyPassword("Cafe\u0301\u00a0no1", hash), true);
});

test("a damaged hash fits nothing and throws nothing", async () => {
  for (const damaged of [
    "",
    "x",
    "$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
  ])
    assert.equal(await verifyPassword("password", damaged), false);
});

test("what may not be a password is refused when it is set and fails when it is tried", async () => {
  const hash = await hashPassword("good enough");
  for (const bad of ["", "a\0b", "a\nb", "a\u0085b", "a\ud800b", "\ue000"]) {
    await assert.rejects(hashPassword(bad), RangeError);
    assert.equal(await verifyPassword(bad, hash), false);
  }
});

test("nobody costs as much as a wrong password", async () => {
  const hash = await hashPassword("something");
  // Processor time of this process, threads included: what else the machine does is not in it.
  const cost = async (work: () => Promise<unknown>) => {
    const start = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(start);
    return user + system;
  };
  let [wrong, nobody] = [Infinity, Infinity];
  for (let i = 0; i < 10; i++) {
    wrong = Math.min(wrong, await cost(() => verifyPassword("wrong", hash)));
    nobody = Math.min(nobody, await cost(() => verifyNobody("wrong")));
  }
  assert.ok(nobody > wrong / 2 && nobody < wrong * 2, `${nobody} µs against ${wrong} µs`);
});

test("SASLprep: the examples of RFC 4013 section 3", () => {
  assert.equal(saslPrep("I\u00adX"), "IX");
  assert.equal(saslPrep("user"), "user");
  assert.equal(saslPrep("USER"), "USER");
  assert.equal(saslPrep("\u00aa"), "a");
  assert.equal(saslPrep("\u2168"), "IX");
  assert.equal(saslPrep("\u0007"), null);
  assert.equal(saslPrep("pass 🐎 word"), "pass 🐎 word");
});

test("hash and SCRAM keys are made together", async () => {
  const { passwordHash, scramSha256 } = await hashCredentials("together");
  assert.equal(await verifyPassword("together", passwordHash), true);
  assert.equal(parseScramKeys(scramSha256)?.iterations, 4096);
});
