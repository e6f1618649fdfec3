import assert from "node:assert/strict";
import { test } from "node:test";
import { SecretBox } from "./secret-box.ts";

const box = new SecretBox(Buffer.alloc(32, 1));
const secret = Buffer.from("a private key");

test("what was sealed opens again, and looks different each time", () => {
  const sealed = box.seal(secret, "dkim:1");
  assert.deepEqual(box.open(new Uint8Array(sealed), "dkim:1"), secret);
  assert.notDeepEqual(box.seal(secret, "dkim:1"), sealed);
  assert.ok(!sealed.includes(secret));
});

test("another context, another key and any changed byte do not open", () => {
  const sealed = box.seal(secret, "dkim:1");
  assert.throws(() => box.open(sealed, "dkim:2"));
  assert.throws(() => new SecretBox(Buffer.alloc(32, 2)).open(sealed, "dkim:1"), /another key/);
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    assert.throws(() => box.open(changed, "dkim:1"), `byte ${at}`);
    assert.throws(() => box.open(sealed.subarray(0, at), "dkim:1"), `cut at ${at}`);
  }
});

test("a key of another length is refused", () => {
  assert.throws(() => new SecretBox(Buffer.alloc(16)), RangeError);
});
