import assert from "node:assert/strict";
import { test } from "node:test";
import { networkText } from "./network.ts";

test("an address becomes the network that one household or office has", () => {
  for (const [address, network] of [
    ["192.0.2.77", "192.0.2.0/24"],
    ["::ffff:192.0.2.77", "192.0.2.0/24"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8::1", "2001:db8::/64"],
    ["2001:db8:0:7::1", "2001:db8:0:7::/64"],
    ["fe80::1%eth0", "fe80::/64"],
    ["::1", "0::/64"],
    ["", ""],
  ] as const)
    assert.equal(networkText(address), network, address);
});
