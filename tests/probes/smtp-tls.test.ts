/** STARTTLS and certificates of exchanges, over real sockets with real TLS. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { smtpTls } from "../../engine/probes/smtp-tls.ts";
import { selfSigned } from "../../lib/mail/self-signed.ts";
import { startDnsServer } from "../support/dns-server.ts";
import { startPeer, type PeerScript } from "../support/mx-peer.ts";
import { probeContext, probeTarget } from "./support.ts";

const HOST = "mail.ours.example";
const dns = await startDnsServer({
  "ours.example": { MX: [{ preference: 10, exchange: HOST }] },
  [HOST]: { A: ["127.0.0.1"] },
});
after(() => dns.close());
const { certPem: cert, keyPem: key } = await selfSigned([HOST]);
const enforce = { mode: "enforce", mx: [HOST], maxAge: 604_800 } as const;

interface Look {
  readonly roots?: readonly string[] | null;
  readonly enforced?: boolean;
  readonly now?: Date;
}

async function look(script: PeerScript, { roots = null, enforced = false, now }: Look = {}) {
  const peer = await startPeer(script);
  try {
    const settings = { smtpDeliveryPort: peer.port };
    const ctx = probeContext(dns, { roots, settings, ...(now && { now: () => now }) });
    const [result] = await smtpTls.run(probeTarget({ mtaSts: enforced ? enforce : null }), ctx);
    assert.ok(result);
    return { ...result, why: result.reasons.map((reason) => reason.key) };
  } finally {
    await peer.close();
  }
}

test("a certificate of a known root with the right name is correct, and its key is told", async () => {
  const { key: name, verdict, why, facts } = await look({ tls: { cert, key } }, { roots: [cert] });
  assert.deepEqual([name, verdict, why], [`smtpTls:${HOST}`, "ok", []]);
  assert.match(String(facts["spki"]), /^[0-9a-f]{64}$/);
});

test("self-signed is enough for mail, and a fault once the policy is enforced", async () => {
  const plain = await look({ tls: { cert, key } });
  assert.deepEqual([plain.verdict, plain.why], ["weak", ["tls.selfSigned"]]);
  const enforced = await look({ tls: { cert, key } }, { enforced: true });
  assert.deepEqual(
    [enforced.verdict, enforced.why],
    ["different", ["tls.selfSigned", "tls.enforced"]],
  );
});

test("another name, an expired one, and one that ends soon are told apart", async () => {
  const other = await selfSigned(["mx.strange.example"]);
  const wrongName = await look(
    { tls: { cert: other.certPem, key: other.keyPem } },
    { roots: [other.certPem] },
  );
  assert.deepEqual(wrongName.why, ["tls.wrongName"]);
  assert.equal(wrongName.reasons[0]?.params["names"], "mx.strange.example");
  const old = await selfSigned([HOST], { lifetimeMs: -60_000 });
  const expired = await look(
    { tls: { cert: old.certPem, key: old.keyPem } },
    { roots: [old.certPem] },
  );
  assert.deepEqual(expired.why, ["tls.expired"]);
  const now = new Date(Date.now() + 360 * 86_400_000);
  const soon = await look({ tls: { cert, key } }, { roots: [cert], now });
  assert.deepEqual([soon.verdict, soon.why], ["weak", ["tls.expiresSoon"]]);
});

test("no STARTTLS, a broken handshake, and a server that turns away have their own sentences", async () => {
  assert.deepEqual((await look({})).why, ["tls.noStartTls"]);
  assert.deepEqual((await look({ tlsGarbage: "no TLS at all\r\n" })).why, ["tls.failed"]);
  const odd = await look({ greeting: "554 5.7.1 go away" });
  assert.deepEqual([odd.verdict, odd.why], ["different", ["probe.odd"]]);
});

test("nobody listens: a fault. Nobody answers: could not check", async () => {
  const peer = await startPeer();
  await peer.close();
  const [refused] = await smtpTls.run(
    probeTarget(),
    probeContext(dns, { settings: { smtpDeliveryPort: peer.port } }),
  );
  assert.deepEqual([refused?.verdict, refused?.reasons[0]?.key], ["different", "probe.refused"]);
  const silent = await look({ greeting: "close" });
  assert.deepEqual([silent.verdict, silent.why], ["unknown", ["probe.silent"]]);
});

test("DNS that is silent, and private addresses of strangers, are never dialled nor blamed", async () => {
  dns.failures.set(HOST, "timeout");
  const [unheard] = await smtpTls.run(probeTarget(), probeContext(dns));
  assert.deepEqual([unheard?.verdict, unheard?.reasons[0]?.key], ["unknown", "probe.dnsSilent"]);
  dns.failures.clear();
  dns.zone["inside.example"] = { MX: [{ preference: 1, exchange: "mx.inside.example" }] };
  dns.zone["mx.inside.example"] = { A: ["10.1.2.3", "192.168.7.7"] };
  const ctx = probeContext(dns, { settings: { deliverToPrivateNetworks: false } });
  const [inside] = await smtpTls.run(probeTarget({ domain: "inside.example" }), ctx);
  assert.deepEqual([inside?.verdict, inside?.reasons[0]?.key], ["unknown", "probe.private"]);
});

test("two domains with one exchange are one connection", async () => {
  dns.zone["second.example"] = { MX: [{ preference: 10, exchange: HOST }] };
  const peer = await startPeer({ tls: { cert, key } });
  const ctx = probeContext(dns, { roots: [cert], settings: { smtpDeliveryPort: peer.port } });
  const results = await Promise.all(
    ["ours.example", "second.example"].map((domain) => smtpTls.run(probeTarget({ domain }), ctx)),
  );
  assert.deepEqual(
    results.map(([result]) => result?.verdict),
    ["ok", "ok"],
  );
  assert.equal(peer.connections, 1);
  await peer.close();
});
