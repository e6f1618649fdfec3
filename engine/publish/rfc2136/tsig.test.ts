/** TSIG and the message encoder: vectors, every cut, every flipped bit, noise. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { BadMessage, readMessage } from "../../dns/wire.ts";
import {
  CLASS,
  encodeName,
  encodeQuestion,
  encodeRdata,
  encodeRecord,
  encodeUpdate,
} from "./encode.ts";
import { signedAnswer, type SignedAnswer } from "../../../tests/support/tsig-answer.ts";
import { findTsig, sign, TsigError, verifyAnswer, type TsigKey } from "./tsig.ts";

const KEY: TsigKey = {
  name: "update.example",
  algorithm: "hmac-sha256",
  secret: Buffer.from("0123456789abcdef0123456789abcdef"),
};
const NOW = 1_764_000_000;

const answer = (question: Buffer, requestMac: Buffer, over: Partial<SignedAnswer> = {}): Buffer =>
  signedAnswer(question, requestMac, { key: KEY, time: NOW, ...over });

const request = encodeQuestion(0x1234, "example.com", "SOA");
const { message: sent, mac } = sign(request, KEY, NOW);
const verify = (bytes: Buffer, now = NOW) => verifyAnswer(bytes, KEY, { requestMac: mac, now });

const problem = (expected: string) => (error: unknown) => {
  assert.ok(error instanceof TsigError, String(error));
  assert.equal(error.problem, expected);
  return true;
};

test("a request carries its MAC, the time, the fudge of 300 seconds and the original id", () => {
  const tsig = findTsig(sent);
  assert.deepEqual(
    [tsig?.name, tsig?.algorithm, tsig?.time, tsig?.fudge, tsig?.originalId, tsig?.error],
    ["update.example", "hmac-sha256", NOW, 300, 0x1234, 0],
  );
  assert.equal(tsig?.mac.length, 32);
  assert.equal(sent.readUInt16BE(10), 1, "ARCOUNT");
});

test("all three algorithms sign with their full length", () => {
  for (const [algorithm, length] of [
    ["hmac-sha256", 32],
    ["hmac-sha384", 48],
    ["hmac-sha512", 64],
  ] as const) {
    assert.equal(sign(request, { ...KEY, algorithm }, NOW).mac.length, length);
  }
});

test("an answer that was signed over our request is believed, and no other", () => {
  verify(answer(request, mac));
  const otherMac = sign(request, KEY, NOW + 1).mac;
  assert.throws(() => verify(answer(request, otherMac)), problem("unsigned"));
  const secret = Buffer.alloc(32, 1);
  assert.throws(
    () => verify(answer(request, mac, { key: { ...KEY, secret } })),
    problem("unsigned"),
  );
  const key = { ...KEY, name: "other.example" };
  assert.throws(() => verify(answer(request, mac, { key })), problem("unsigned"));
  assert.throws(() => verify(request), problem("unsigned"));
});

test("a forwarder may change the id: the original one is what was signed", () => {
  const forwarded = answer(request, mac);
  forwarded.writeUInt16BE(0x9999, 0);
  verify(forwarded);
});

test("time: within the fudge either way, and BADTIME tells how far the clocks differ", () => {
  verify(answer(request, mac), NOW + 300);
  verify(answer(request, mac), NOW - 300);
  assert.throws(() => verify(answer(request, mac), NOW + 301), problem("badTime"));
  const other = Buffer.alloc(6);
  other.writeUIntBE(NOW + 4000, 0, 6);
  assert.throws(
    () => verify(answer(request, mac, { error: 18, other, rcode: 9 })),
    (error: unknown) =>
      problem("badTime")(error) && error instanceof TsigError && error.seconds === 4000,
  );
});

test("BADKEY and BADSIG have their own words", () => {
  assert.throws(() => verify(answer(request, mac, { error: 17, rcode: 9 })), problem("badKey"));
  assert.throws(
    () => verify(answer(request, mac, { error: 16, rcode: 9 })),
    problem("badSignature"),
  );
  assert.throws(
    () => verify(answer(request, mac, { error: 22, rcode: 9 })),
    problem("badSignature"),
  );
});

test("a truncated MAC is refused (RFC 8945 §5.2.2.1)", () => {
  const whole = answer(request, mac);
  const tsig = findTsig(whole);
  assert.ok(tsig);
  const rdata = Buffer.concat([
    ...[encodeName("hmac-sha256"), Buffer.alloc(2), Buffer.alloc(4), Buffer.of(1, 44)],
    ...[Buffer.of(0, 16), tsig.mac.subarray(0, 16), Buffer.of(0x12, 0x34), Buffer.alloc(4)],
  ]);
  rdata.writeUIntBE(NOW, encodeName("hmac-sha256").length, 6);
  const record = encodeRecord({ name: KEY.name, type: 250, class: CLASS.ANY, ttl: 0, rdata });
  const cut = Buffer.concat([whole.subarray(0, tsig.at), record]);
  assert.throws(() => verify(cut), problem("unsigned"));
});

test("TSIG anywhere but last is no message (RFC 8945 §5.2)", () => {
  const whole = answer(request, mac);
  const more = encodeRecord({ name: "x", type: 16, class: 1, ttl: 0, rdata: Buffer.of(1, 97) });
  const twice = Buffer.concat([whole, more]);
  twice.writeUInt16BE(2, 10);
  assert.throws(() => verify(twice), BadMessage);
  assert.throws(() => verify(Buffer.concat([whole, Buffer.of(0)])), BadMessage, "bytes after it");
});

test("cut at every byte: refused, never believed, never anything else", () => {
  const whole = answer(request, mac);
  for (let length = 0; length < whole.length; length++) {
    assert.throws(
      () => verify(whole.subarray(0, length)),
      (error) => error instanceof BadMessage || error instanceof TsigError,
      `cut at ${length}`,
    );
  }
});

test("every flipped bit is noticed, but for the id and the case of the names that TSIG bears", () => {
  const whole = answer(request, mac);
  const at0 = findTsig(whole)?.at ?? 0;
  const names = [at0, at0 + encodeName(KEY.name).length + 10];
  const isLetter = (at: number) =>
    names.some((start, n) => {
      const length = encodeName(n === 0 ? KEY.name : KEY.algorithm).length;
      return (
        at >= start && at < start + length && /[a-z]/.test(String.fromCharCode(whole[at] ?? 0))
      );
    });
  for (let at = 2; at < whole.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      if (bit === 5 && isLetter(at)) continue;
      const flipped = Buffer.from(whole);
      flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << bit), at);
      assert.throws(
        () => verify(flipped),
        (error) => error instanceof BadMessage || error instanceof TsigError,
        `bit ${bit} of byte ${at}`,
      );
    }
  }
});

test("noise is refused as noise", () => {
  for (let round = 0; round < 2_000; round++) {
    const noise = randomBytes(round % 200);
    if (round % 2 === 0 && noise.length >= 12) request.copy(noise, 0, 0, 12);
    assert.throws(
      () => verify(noise),
      (error) => error instanceof BadMessage || error instanceof TsigError,
    );
  }
});

test("names: escapes of zone files, the root, and what is too long", () => {
  assert.deepEqual(encodeName("a\\.b.example"), Buffer.from("\x03a.b\x07example\x00", "latin1"));
  assert.deepEqual(encodeName("\\255.x."), Buffer.from("\x01\xff\x01x\x00", "latin1"));
  assert.deepEqual(encodeName("."), Buffer.of(0));
  for (const bad of ["a..b", "a".repeat(64), Array(130).fill("ab").join("."), "ünï.example"]) {
    assert.throws(() => encodeName(bad), RangeError, bad);
  }
});

test("values that are none are refused before anything is sent", () => {
  for (const [type, value] of [
    ["A", "192.0.2"],
    ["AAAA", "fe80::1%eth0"],
    ["MX", "mail.example.com"],
    ["MX", "65536 mail.example.com"],
    ["SRV", "0 1 mail.example.com"],
    ["TLSA", "3 1 1 abc"],
    ["TLSA", "3 1 1"],
    ["CAA", "0 issue ca.example"],
  ] as const) {
    assert.throws(() => encodeRdata(type, value), RangeError, `${type} ${value}`);
  }
  assert.deepEqual([...encodeRdata("AAAA", "2001:db8::1")].slice(0, 4), [0x20, 1, 0xd, 0xb8]);
  assert.equal(encodeRdata("TXT", "x".repeat(300)).length, 302, "two strings");
  assert.deepEqual(encodeRdata("TXT", ""), Buffer.of(0));
  assert.deepEqual(encodeRdata("SRV", "0 0 0 ."), Buffer.of(0, 0, 0, 0, 0, 0, 0));
});

test("an update is opcode 5 with its zone, prerequisites and updates (RFC 2136 §2)", () => {
  const record = { name: "x.example.com", type: 16, ttl: 0, rdata: Buffer.alloc(0) };
  const update = encodeUpdate(7, {
    zone: "example.com",
    prerequisites: [{ ...record, class: CLASS.NONE }],
    updates: [{ ...record, class: CLASS.IN, ttl: 60, rdata: encodeRdata("TXT", "a") }],
  });
  const message = readMessage(update);
  assert.deepEqual([message.id, message.opcode, message.response], [7, 5, false]);
  assert.deepEqual(message.questions, [{ name: "example.com", type: 6, class: 1 }]);
  assert.deepEqual(
    [...message.answers, ...message.authorities].map((one) => [one.class, one.ttl]),
    [
      [CLASS.NONE, 0],
      [CLASS.IN, 60],
    ],
  );
});
