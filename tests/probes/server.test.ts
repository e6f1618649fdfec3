/** What is looked at once for the server: ports for people, the way out, lists. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { blocklist } from "../../engine/probes/blocklist.ts";
import { outbound25 } from "../../engine/probes/outbound25.ts";
import { portTls } from "../../engine/probes/port-tls.ts";
import type { ProbeTarget } from "../../engine/probes/probe.ts";
import { loadCertificates } from "../../lib/storage/certificates.ts";
import { startDnsServer } from "../support/dns-server.ts";
import { startTestEngine } from "../support/engine.ts";
import { startPeer } from "../support/mx-peer.ts";
import { probeContext, probeTarget } from "./support.ts";

const dns = await startDnsServer();
after(() => dns.close());

const withServer = (server: Partial<ProbeTarget["server"]>) =>
  probeTarget({ domain: null, server: { ...probeTarget().server, ...server } });

test("every port of a running engine shows its certificate, STARTTLS ones after their own greeting", async () => {
  const engine = await startTestEngine();
  const { ports } = engine;
  const { submissions, submission, imaps, imap, pop3s, pop3 } = ports;
  const services = { submissions, submission, imaps, imap, pop3s, pop3 };
  const hostName = "mx.posthorn.test";
  const target = withServer({ hostName, services });
  try {
    const { pool, secrets } = engine.engine.storage;
    const roots = (await loadCertificates(pool, secrets)).map(({ certPem }) => certPem);
    const good = await portTls.run(target, probeContext(dns, { roots }));
    assert.deepEqual(
      good.map(({ key, verdict }) => [key, verdict]),
      Object.keys(services).map((name) => [`portTls:${name}`, "ok"]),
    );
    const strange = await portTls.run(target, probeContext(dns));
    assert.ok(strange.every(({ verdict }) => verdict === "different"));
    assert.ok(strange.every(({ reasons }) => reasons[0]?.key === "tls.selfSigned"));
  } finally {
    await engine.stop();
  }
});

test("a closed port of this machine is a fault; an address behind NAT cannot be judged from inside", async () => {
  const peer = await startPeer();
  await peer.close();
  const services = { ...probeTarget().server.services, imaps: peer.port };
  const [closed] = await portTls.run(withServer({ services }), probeContext(dns));
  assert.deepEqual([closed?.verdict, closed?.reasons[0]?.key], ["different", "probe.refused"]);
  const settings = { deliverToPrivateNetworks: false };
  const [inside] = await portTls.run(withServer({ services }), probeContext(dns, { settings }));
  assert.deepEqual([inside?.verdict, inside?.reasons[0]?.key], ["unknown", "probe.private"]);
});

test("port 25 is open when one large host is reached, closed when none of several is", async () => {
  const peer = await startPeer();
  const settings = { smtpDeliveryPort: peer.port };
  const at = (host: string) => ({ MX: [{ preference: 5, exchange: host }] });
  dns.zone["gmail.com"] = at("a.gmail.example");
  dns.zone["outlook.com"] = at("b.outlook.example");
  dns.zone["a.gmail.example"] = { A: ["127.0.0.1"] };
  dns.zone["b.outlook.example"] = { A: ["127.0.0.1"] };
  const run = async () => {
    const [result] = await outbound25.run(withServer({}), probeContext(dns, { settings }));
    return [result?.verdict, result?.reasons[0]?.key];
  };
  assert.deepEqual(await run(), ["ok", undefined]);
  await peer.close();
  assert.deepEqual(await run(), ["different", "port25.blocked"]);
  dns.failures.set("gmail.com", "servfail").set("outlook.com", "servfail");
  assert.deepEqual(await run(), ["unknown", "port25.noDns"]);
  dns.failures.clear();
});

test("a list that names the address is said with its words; one that refuses or is dead proves nothing", async () => {
  const address = "198.51.100.25"; // TEST-NET-2 stands for a public address
  const name = "25.100.51.198.zen.spamhaus.org";
  const run = async () => {
    const [result] = await blocklist.run(withServer({ ipv4: [address] }), probeContext(dns));
    return [result?.verdict, ...(result?.reasons.map(({ key }) => key) ?? [])];
  };
  assert.deepEqual(await run(), ["unknown", "list.silent"], "no list knows its test entry");
  dns.zone["2.0.0.127.zen.spamhaus.org"] = { A: ["127.0.0.2"] };
  assert.deepEqual(await run(), ["ok", "list.silent", "list.silent"]);
  dns.zone[name] = { A: ["127.255.255.254"] };
  assert.deepEqual((await run())[0], "unknown", "public resolvers are refused");
  dns.zone[name] = { A: ["127.0.0.2"], TXT: ["https://www.spamhaus.org/sbl/query/SBL1"] };
  assert.deepEqual(await run(), ["different", "list.listed"]);
});

test("a private address is on no list", async () => {
  const [result] = await blocklist.run(withServer({ ipv4: ["10.0.0.5"] }), probeContext(dns));
  assert.deepEqual([result?.verdict, result?.reasons[0]?.key], ["unknown", "list.private"]);
});
