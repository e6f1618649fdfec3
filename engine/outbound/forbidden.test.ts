import assert from "node:assert/strict";
import { test } from "node:test";
import { whyForbidden } from "./forbidden.ts";

const why = (address: string, { port = 25, allowPrivate = false } = {}) =>
  whyForbidden({ host: "mx.b.example", address, port }, allowPrivate)?.enhanced ?? "dialled";

test("public addresses are dialled", () => {
  for (const address of ["192.0.2.1", "172.32.0.1", "100.128.0.1", "2001:db8::1"]) {
    assert.equal(why(address), "dialled", address);
  }
});

test("this server is not, on the standard port", () => {
  for (const address of ["127.0.0.1", "127.9.9.9", "0.0.0.0", "::1", "::ffff:127.0.0.1"]) {
    assert.equal(why(address), "5.4.6", address);
    assert.equal(why(address, { allowPrivate: true }), "5.4.6", address);
  }
  assert.equal(why("127.0.0.1", { port: 2525 }), "dialled");
});

test("networks of our neighbours are not, unless the operator says so", () => {
  const inside = ["10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"];
  for (const address of [...inside, "::ffff:10.0.0.1", "fd00::1", "fe80::1", "224.0.0.1"]) {
    assert.equal(why(address), "5.4.4", address);
    assert.equal(why(address, { allowPrivate: true }), "dialled", address);
  }
});
