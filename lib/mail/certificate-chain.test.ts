/** Chains that openssl made: put in order, warned of, and refused, each with its reason. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { describe, test } from "node:test";
import { encrypted, make, RSA } from "../../tests/support/openssl.ts";
import { missing } from "../../tests/support/tools.ts";
import { coversName, readChain, type ChainInput, type ChainResult } from "./certificate-chain.ts";
import { spkiOf } from "./host-key.ts";

const SAN = "DNS:Mail.Example.net,DNS:*.example.org,IP:192.0.2.1";

describe("certificate chains", { skip: missing("openssl") }, async () => {
  if (missing("openssl")) return;
  const root = await make({ cn: "Root", ca: true });
  const middle = await make({ cn: "Middle", ca: true }, root);
  const leaf = await make({ cn: "mail.example.net", san: SAN, usage: "serverAuth" }, middle);
  const other = await make({ cn: "other.example", san: "DNS:other.example" });

  const read = (pem: string, key = leaf.key, more: Partial<ChainInput> = {}): ChainResult =>
    readChain({ pem, key, knownKey: () => null, now: new Date(), ...more });
  const good = (result: ChainResult) => {
    assert.ok("chain" in result, JSON.stringify(result));
    return result.chain;
  };
  const refused = (result: ChainResult) => {
    assert.ok("problem" in result, "it was taken");
    return [result.problem.key, result.problem.params] as const;
  };
  const subjects = (pem: string) =>
    pem
      .split(/(?<=-----END CERTIFICATE-----\n)/)
      .filter((text) => text.trim() !== "")
      .map((text) => new X509Certificate(text).subject);

  test("any order is put right, twice is once, the root stays at home", () => {
    const orders = [
      leaf.cert + middle.cert + root.cert,
      root.cert + leaf.cert + middle.cert + leaf.cert,
      `Bag Attributes\n  friendlyName: x\n${middle.cert}\r\n${leaf.cert.replaceAll("\n", "\r\n")}`,
    ];
    for (const pem of orders) {
      const chain = good(read(pem));
      assert.deepEqual(subjects(chain.chainPem), ["CN=mail.example.net", "CN=Middle"]);
      assert.deepEqual(chain.names, ["mail.example.net", "*.example.org"]);
    }
    assert.deepEqual(
      good(read(orders[0] ?? "")).spki,
      spkiOf(new X509Certificate(leaf.cert).publicKey),
    );
  });

  test("the key may stand among the certificates, or be one that is kept here", () => {
    assert.ok("chain" in read(leaf.key + leaf.cert, ""));
    const spki = spkiOf(new X509Certificate(leaf.cert).publicKey);
    const knownKey = (asked: Buffer) => (asked.equals(spki) ? leaf.key : null);
    assert.ok("chain" in read(middle.cert + leaf.cert, "", { knownKey }));
    assert.deepEqual(refused(read(leaf.cert, "")), ["keyMissing", {}]);
  });

  test("what is missing above, private roots and strangers are warnings", () => {
    const warnings = (pem: string) => good(read(pem)).warnings;
    assert.deepEqual(warnings(leaf.cert), [{ key: "incomplete", params: { name: "Middle" } }]);
    assert.deepEqual(warnings(leaf.cert + middle.cert), [
      { key: "incomplete", params: { name: "Root" } },
    ]);
    assert.deepEqual(warnings(leaf.cert + middle.cert + root.cert + other.cert), [
      { key: "notPublic", params: { name: "Root" } },
      { key: "unrelated", params: { n: 1 } },
    ]);
  });

  test("a self-signed one is taken, with the warning that only DANE makes it worth something", async () => {
    const own = await make({ cn: "mail.example.net", san: SAN, ca: true });
    const { warnings, chainPem } = good(read(own.cert, own.key));
    assert.deepEqual(warnings, [{ key: "notPublic", params: { name: "mail.example.net" } }]);
    assert.equal(subjects(chainPem).length, 1);
  });

  test("another key is refused, and so is one that cannot be read", async () => {
    assert.deepEqual(refused(read(leaf.cert, other.key)), ["keyMismatch", {}]);
    assert.deepEqual(refused(read(leaf.cert, await encrypted(leaf.key))), ["keyEncrypted", {}]);
    const old = leaf.key.replace(
      "-----\n",
      "-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n",
    );
    assert.deepEqual(refused(read(leaf.cert, old)), ["keyEncrypted", {}]);
    const broken = leaf.key.replace(/\n.{20}/, "\n");
    assert.deepEqual(refused(read(leaf.cert, broken)), ["keyUnreadable", {}]);
  });

  test("no certificate, a broken one, or a heap of them", () => {
    assert.deepEqual(refused(read("hello")), ["noCertificate", {}]);
    assert.deepEqual(refused(read("")), ["noCertificate", {}]);
    const broken = middle.cert.replace(/\n.{30}/, "\n");
    assert.deepEqual(refused(read(leaf.cert + broken)), ["unreadable", { n: 2 }]);
    assert.deepEqual(refused(read(leaf.cert.repeat(11))), ["tooMany", { n: 10 }]);
  });

  test("out of its time, itself or above", async () => {
    const date = (days: number) =>
      new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
    const of = (from: number, until: number) => make({ cn: "m", san: SAN, from, until }, middle);
    const [old, young] = [await of(-9, -2), await of(2, 9)];
    assert.deepEqual(refused(read(old.cert, old.key)), ["expired", { date: date(-2) }]);
    assert.deepEqual(refused(read(young.cert, young.key)), ["notYet", { date: date(2) }]);
    const past = await make({ cn: "Past", ca: true, from: -9, until: -2 }, root);
    const under = await make({ cn: "m", san: SAN }, past);
    assert.deepEqual(refused(read(under.cert + past.cert, under.key)), [
      ...(["chainExpired", { name: "Past", date: date(-2) }] as const),
    ]);
    const soon = await of(-9, 5);
    assert.deepEqual(good(read(soon.cert, soon.key)).warnings[1]?.key, "soon");
  });

  test("weak keys, SHA-1, and kinds that no client of ours takes", async () => {
    const weak = await make({ cn: "weak", san: SAN, algorithm: RSA(1024) }, middle);
    assert.deepEqual(refused(read(weak.cert, weak.key)), ["weakKey", { name: "weak", bits: 1024 }]);
    const small = await make({ cn: "Small", ca: true, algorithm: RSA(1024) }, root);
    const under = await make({ cn: "m", san: SAN }, small);
    assert.equal(refused(read(under.cert + small.cert, under.key))[0], "weakKey");
    const sha1 = await make({ cn: "sha1", san: SAN, digest: "sha1" }, middle);
    assert.deepEqual(refused(read(sha1.cert, sha1.key)), ["weakSignature", { name: "sha1" }]);
    const ed = await make({ cn: "ed", san: SAN, algorithm: ["-algorithm", "ED25519"] }, middle);
    assert.deepEqual(refused(read(ed.cert, ed.key)), ["keyKind", {}]);
    const rsa = await make({ cn: "rsa", san: SAN, algorithm: RSA(2048) }, middle);
    assert.ok("chain" in read(rsa.cert, rsa.key));
  });

  test("for clients only, an authority's own, and without names", async () => {
    const client = await make({ cn: "c", san: SAN, usage: "clientAuth" }, middle);
    assert.deepEqual(refused(read(client.cert, client.key)), ["notForServers", {}]);
    assert.deepEqual(refused(read(middle.cert, middle.key)), ["authority", {}]);
    const bare = await make({ cn: "mail.example.net" }, middle);
    assert.deepEqual(refused(read(bare.cert, bare.key)), ["noNames", {}]);
  });

  test("a wildcard covers one label", () => {
    const names = ["mail.example.net", "*.example.org"];
    assert.ok(coversName(names, "mail.example.net") && coversName(names, "a.example.org"));
    assert.ok(!coversName(names, "a.b.example.org") && !coversName(names, "example.org"));
  });
});
