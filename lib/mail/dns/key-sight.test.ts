import assert from "node:assert/strict";
import { test } from "node:test";
import type { ShownAnswer } from "./check.ts";
import { holds, sightOf, type SoughtKey } from "./key-sight.ts";

const key: SoughtKey = { algorithm: "rsa_sha256", publicKey: "MIIBIjANBgkq+/8=" };
const RIGHT = "v=DKIM1; k=rsa; p=MIIBIjANBgkq+/8=";
const at = new Date("2026-11-25T10:00:00Z");

function answer(
  view: ShownAnswer["view"],
  values: readonly string[],
  more: Partial<ShownAnswer> = {},
): ShownAnswer {
  return {
    ...{ server: view, address: "", view, values, rcode: "NOERROR", ttl: 300, serial: null },
    ...{ authenticated: false, via: [], ms: 1, ...more },
  };
}
const auth = (...values: string[]) => answer("authority", values);
const resolver = (...values: string[]) => answer("resolver", values);
const silent = (view: ShownAnswer["view"]) => answer(view, [], { rcode: "TIMEOUT", ttl: 0 });
const shown = (...answers: ShownAnswer[]) => sightOf(key, answers, at).shown;

test("a record is compared by its key, however it is written", () => {
  for (const text of [
    RIGHT,
    "p=MIIBIjANBgkq+/8=",
    " v = DKIM1 ;p= MIIBIj ANBgkq+/8= ; k=rsa;",
    "v=DKIM1; k=rsa; t=s; n=note; p=MIIBIjANBgkq+/8",
  ])
    assert.ok(holds(key, text), text);
  for (const text of [
    "v=DKIM1; k=rsa; p=",
    "v=DKIM1; k=ed25519; p=MIIBIjANBgkq+/8=",
    "v=DKIM1; k=rsa; p=MIIBIjANBgkq+88=",
    "v=DKIM1; h=sha1; p=MIIBIjANBgkq+/8=",
    "v=DKIM1; s=tlsrpt; p=MIIBIjANBgkq+/8=",
    "v=spf1 -all",
    "",
  ])
    assert.ok(!holds(key, text), text);
});

test("visible is what every name server that answers shows, and the resolver too", () => {
  const cases: [string, ShownAnswer[]][] = [
    ["everywhere", [auth(RIGHT), auth(RIGHT), resolver(RIGHT)]],
    ["everywhere", [auth(RIGHT), silent("authority"), resolver(RIGHT)]],
    ["everywhere", [silent("authority"), resolver(RIGHT)]], // port 53 is closed on the way out
    ["partly", [auth(RIGHT), auth(), resolver(RIGHT)]],
    ["partly", [auth(RIGHT), resolver()]], // its cache still says no
    ["partly", [auth(RIGHT), silent("resolver")]], // DNSSEC that does not validate
    ["partly", [auth(), resolver(RIGHT)]], // gone, but kept in caches
    ["partly", [auth(RIGHT)]],
    ["nowhere", [auth(), auth("v=DKIM1; p="), resolver()]],
    ["nowhere", [auth(RIGHT, RIGHT.replace("/8=", "88=")), resolver()]], // two: undefined
    ["nowhere", [auth(), silent("resolver")]],
    ["everywhere", [auth("note", RIGHT), resolver(RIGHT, "note")]], // not a key, no harm
    ["unknown", [silent("authority"), silent("resolver")]],
    ["unknown", [silent("authority"), resolver()]],
    ["unknown", []],
  ];
  for (const [wanted, answers] of cases)
    assert.equal(shown(...answers), wanted, JSON.stringify(answers));
});

test("gone is when a name server says that there is nothing, and none has anything", () => {
  const gone = (...answers: ShownAnswer[]) => sightOf(key, answers, at).gone;
  assert.ok(gone(auth(), answer("resolver", [], { rcode: "NXDOMAIN" })));
  assert.ok(gone(auth(), silent("authority"), silent("resolver")));
  assert.ok(gone(auth("v=spf1 -all"), resolver("v=spf1 -all")), "a wildcard's text is no key");
  assert.ok(!gone(auth("v=DKIM1; p="), resolver()));
  assert.ok(!gone(auth(), resolver(RIGHT)));
  assert.ok(!gone(silent("authority"), resolver()));
  assert.ok(!gone());
});

test("the longest time that an answer is kept counts, 'no' included", () => {
  const negative = answer("resolver", [], { rcode: "NXDOMAIN", ttl: 3600 });
  assert.equal(sightOf(key, [auth(RIGHT), negative], at).ttl, 3600);
  assert.equal(sightOf(key, [], at).ttl, 0);
});
