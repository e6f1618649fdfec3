import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parseServer, systemServers } from "./servers.ts";

test("addresses with and without port, both families", () => {
  const cases: [string, string, number, boolean][] = [
    ["127.0.0.1:5353", "127.0.0.1", 5353, true],
    ["192.0.2.53", "192.0.2.53", 53, false],
    ["[::1]:53", "::1", 53, true],
    ["2001:db8::53", "2001:db8::53", 53, false],
    ["[2001:db8::53]", "2001:db8::53", 53, false],
  ];
  for (const [text, address, port, trusted] of cases) {
    assert.deepEqual(parseServer(text), { address, port, trusted }, text);
  }
  assert.equal(parseServer("192.0.2.53", true).trusted, true);
  assert.equal(parseServer("127.0.0.1", false).trusted, false);
});

test("what is not an address is refused, not guessed", () => {
  for (const text of ["", "dns.example", "127.0.0.1:0", "127.0.0.1:99999", "[::1", "1.2.3.4:x"]) {
    assert.throws(() => parseServer(text), /Not a DNS server/, text);
  }
});

test("resolv.conf: at most three, comments and scoped addresses passed over, loopback by default", () => {
  const folder = mkdtempSync(join(tmpdir(), "resolv-"));
  const file = join(folder, "resolv.conf");
  writeFileSync(
    file,
    "search x\n#nameserver 9.9.9.9\nnameserver 192.0.2.1\nnameserver fe80::1%eth0\n" +
      "nameserver ::1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\n",
  );
  assert.deepEqual(systemServers(file), ["192.0.2.1", "::1", "192.0.2.2"]);
  assert.deepEqual(systemServers(join(folder, "none")), ["127.0.0.1"]);
  rmSync(folder, { recursive: true });
});
