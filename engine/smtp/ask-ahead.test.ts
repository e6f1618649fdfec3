import assert from "node:assert/strict";
import { test } from "node:test";
import { splitHeader } from "../../lib/codec/mime/header.ts";
import type { Address } from "../../lib/mail/address.ts";
import type { Resolver } from "../../lib/mail/ports.ts";
import { askAhead } from "./ask-ahead.ts";
import type { Transaction } from "./state.ts";

function asked(from: string, reversePath: Address | null): string[] {
  const bytes = Buffer.from(`From: ${from}\r\n\r\n`);
  const names: string[] = [];
  const resolver: Resolver = {
    query(name, type) {
      names.push(`${name} ${type}`);
      return new Promise(() => undefined); // nobody waits for it
    },
  };
  const transaction = { reversePath } as Transaction; // it reads no more of it
  askAhead({ bytes, header: splitHeader(bytes) }, transaction, resolver);
  return names;
}

test("SPF of the sender and DMARC of the author are asked for at once", () => {
  const names = asked("Ann <ann@a.example>", { local: "bounce", domain: "b.example" });
  assert.deepEqual(names, ["b.example TXT", "_dmarc.a.example TXT"]);
});

test("nothing is asked for where there is no name", () => {
  assert.deepEqual(asked("nobody", null), []);
});
