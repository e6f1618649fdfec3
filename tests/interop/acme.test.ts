/**
 * Certificates from Debian's pebble, with a real engine and the real web listeners: each kind of proof, what
 * waits and then goes on, what is refused, renewals, an order that was interrupted.
 */
import assert from "node:assert/strict";
import { createPublicKey, X509Certificate } from "node:crypto";
import { request } from "node:http";
import { after, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { credentialContext } from "../../lib/mail/dns/credential.ts";
import { newId } from "../../lib/mail/ids.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { renewNow, setUpAuthority, turnOffAuthority } from "../../lib/service/certificates.ts";
import { SetUpAuthority } from "../../lib/schemas/certificates.ts";
import { listHostKeys } from "../../lib/storage/host-key-list.ts";
import { readServerProfile } from "../../lib/storage/server-profile.ts";
import { missingDnsLab, startDnsLab } from "../support/dns-lab.ts";
import type { Zone } from "../support/dns-server.ts";
import { startTestEngine } from "../support/engine.ts";
import { missing } from "../support/tools.ts";
import { acmeWorld, eventually, frontOf, HOST, portOf, shownAt } from "./acme-world.ts";

const skip = missing("pebble");
const HOST_ZONE = () => ({ [HOST]: { A: ["127.0.0.1"] } });
const MINUTE_MS = 60_000;

describe("certificates by ACME", { skip }, () => {
  test("http-01: for the host's name, renewed with the same key, shown everywhere without restart", async () => {
    const world = await acmeWorld({ zone: HOST_ZONE(), nonceReject: 20 });
    const { engine, web } = world;
    const { pool } = engine.engine.storage;
    const { secretKey, dns } = engine.engine.ctx.settings;
    const databaseUrl = engine.databaseUrl;
    const second = await startTestEngine({ databaseUrl, settings: { secretKey, dns } });
    after(() => second.stop());
    const otherWeb = await world.addWeb();
    const ports = [
      ...[engine.ports.imaps, second.ports.submissions, portOf(web, "https")],
      portOf(otherWeb, "https"),
    ];
    const shownEverywhere = (fingerprint: string) =>
      eventually("the new certificate, everywhere", async () => {
        const shown = await Promise.all(ports.map((port) => shownAt(port, HOST)));
        return shown.every((one) => one === fingerprint) ? true : null;
      });
    const before = await shownAt(engine.ports.imaps, HOST);
    await world.setUp({ methods: "http-01", contact: "ann@posthorn.test" });
    const row = await world.wait(HOST, ({ state }) => state === "issued");
    assert.equal(row.method, "http-01");
    const { certificate } = row;
    assert.ok(certificate);
    const [key] = await listHostKeys(engine.services.prisma);
    assert.equal(certificate.hostKeyId, key?.id);
    assert.notEqual(certificate.fingerprint, before);
    await shownEverywhere(certificate.fingerprint);
    assert.ok(
      row.log.some(({ text }) => text.includes("Self-test")),
      "it tried to fetch its answer",
    );
    assert.ok(row.renewFrom && row.renewUntil && row.renewFrom < certificate.notAfter);

    assert.deepEqual(await renewNow(engine.services, cliActor, { name: HOST }), {
      outcome: "done",
    });
    const renewed = await world.wait(
      HOST,
      ({ state, certificateId }) => state === "issued" && certificateId !== row.certificateId,
    );
    await shownEverywhere(renewed.certificate?.fingerprint ?? "");
    assert.equal(renewed.certificate?.hostKeyId, key?.id);
    const spki = createPublicKey(
      new X509Certificate((await chainOf(renewed.certificateId)) ?? "").publicKey.export({
        format: "pem",
        type: "spki",
      }),
    ).export({ format: "der", type: "spki" });
    assert.deepEqual(spki, Buffer.from(key?.spki ?? []), "what TLSA names is the same");
    assert.equal(
      (await world.read()).certificates.filter((one) => one.source === "acme").length,
      1,
    );
    const { rows } = await pool.query("SELECT 1 FROM acme_challenge");
    assert.equal(rows.length, 0, "no answer is left over");

    async function chainOf(id: string | null): Promise<string | undefined> {
      const found = await pool.query<{ pem: string }>(
        "SELECT chain_pem AS pem FROM certificate WHERE id = $1",
        [id],
      );
      return found.rows[0]?.pem;
    }
  });

  test("at the challenge path only what is waited for is answered", async () => {
    const world = await acmeWorld({ zone: HOST_ZONE() });
    const port = portOf(world.web, "http");
    const token = "t".repeat(43);
    const insert = `INSERT INTO acme_challenge (token, name, kind, key_authorization, expires_at)
      VALUES ($1, 'x.example', $2, 'answer', now() + $3::interval)`;
    const { pool } = world.engine.engine.storage;
    await pool.query(insert, [token, "http-01", "1 minute"]);
    await pool.query(insert, ["o".repeat(43), "http-01", "-1 minute"]);
    await pool.query(insert, ["s".repeat(43), "tls-alpn-01", "1 minute"]);
    const get = (path: string, method = "GET") => statusAt(port, { path, method });
    const base = "/.well-known/acme-challenge/";
    assert.deepEqual(await get(base + token), { status: 200, body: "answer" });
    for (const path of [
      `${"o".repeat(43)}`,
      `${"s".repeat(43)}`,
      "",
      "unknown-token-00000",
      "../x",
      `${token}/`,
    ])
      assert.equal((await get(base + path)).status, 404, path);
    assert.equal((await get(base + token, "POST")).status, 404);
  });

  test("tls-alpn-01: the challenge is answered in the handshake, others are served meanwhile", async () => {
    const world = await acmeWorld({ zone: HOST_ZONE(), httpPort: 1 });
    await world.setUp({ methods: "tls-alpn-01" });
    const https = portOf(world.web, "https");
    const seen: string[] = [];
    const watching = (async () => {
      for (let i = 0; i < 200; i++) {
        seen.push(await shownAt(https, HOST).catch((error: unknown) => String(error)));
        if ((await world.read()).managed.some(({ state }) => state === "issued")) return;
      }
    })();
    const row = await world.wait(HOST, ({ state }) => state === "issued");
    await watching;
    assert.equal(row.method, "tls-alpn-01");
    assert.ok(
      seen.every((shown) => /^[0-9A-F:]{95}$/.test(shown)),
      "nobody was turned away",
    );
  });

  test("a proof that fails is followed by the next kind; the log says which and why", async () => {
    const world = await acmeWorld({ zone: HOST_ZONE(), httpPort: 1 });
    await world.setUp({ methods: "http-01,dns-01,tls-alpn-01" });
    const row = await world.wait(HOST, ({ state }) => state === "issued");
    assert.equal(row.method, "tls-alpn-01");
    assert.equal(row.failures, 0);
    assert.ok(row.log.some(({ text }) => /^http-01: .*could not reach/.test(text)));
  });

  test("refused: what is shown stays, the reason is told, the next try is not soon", async () => {
    const world = await acmeWorld({ zone: HOST_ZONE(), httpPort: 1 });
    const { imaps } = world.engine.ports;
    const before = await shownAt(imaps, HOST);
    await world.setUp({ methods: "http-01" });
    const row = await world.wait(HOST, ({ state }) => state === "failed");
    assert.equal(row.lastError?.key, "acme.connection");
    assert.equal(row.failures, 1);
    assert.ok(row.nextAt.getTime() > Date.now() + 14 * MINUTE_MS);
    assert.equal(row.certificate, null);
    assert.equal(await shownAt(imaps, HOST), before);
  });

  test("names of a domain wait for DNS, and go on by themselves when it leads here", async () => {
    const world = await acmeWorld({
      mailboxes: ["ann@ours.test"],
      zone: { ...HOST_ZONE(), "autoconfig.ours.test": { A: ["192.0.2.7"] } },
      settings: { dnsWatch: true },
    });
    const { dns } = world.engine;
    await world.setUp({ methods: "http-01" });
    const name = "autoconfig.ours.test";
    const elsewhere = await world.wait(name, ({ lastError }) => lastError !== null);
    assert.deepEqual([elsewhere.state, elsewhere.lastError?.key], ["waiting", "acme.elsewhere"]);
    const absent = await world.wait(
      "autodiscover.ours.test",
      ({ lastError }) => lastError !== null,
    );
    assert.equal(absent.lastError?.key, "acme.noAddress");
    dns.zone[name] = { CNAME: [HOST] };
    const { pool } = world.engine.engine.storage;
    await pool.query("UPDATE dns_watch SET next_at = now()");
    await pool.query("SELECT pg_notify('posthorn_watch', '-')");
    const row = await world.wait(name, ({ state }) => state === "issued");
    assert.equal(row.certificate?.hostKeyId, null, "its key is its own");
    assert.equal(await shownAt(portOf(world.web, "https"), name), row.certificate.fingerprint);
  });

  test("CAA that forbids is respected: the authority is not asked", async () => {
    const zone = {
      ...HOST_ZONE(),
      "posthorn.test": { CAA: [{ flags: 0, tag: "issue", value: "other.example" }] },
    };
    const world = await acmeWorld({ zone });
    await world.setUp({ methods: "http-01" });
    // pebble has no identity for CAA; this is as a directory would have said it.
    const { pool } = world.engine.engine.storage;
    await world.wait(HOST, ({ state }) => state === "issued");
    await pool.query("UPDATE acme_account SET caa_identities = '{pebble.test}'");
    // An attempt may just have begun with the account as it was before.
    const row = await eventually("the refusal", async () => {
      await renewNow(world.engine.services, cliActor, { name: HOST });
      const now = await world.wait(HOST, ({ state }) => state !== "issuing");
      return now.lastError?.key === "acme.caaForbids" ? now : null;
    });
    assert.deepEqual(row.lastError?.params, {
      at: "posthorn.test",
      issuer: "pebble.test",
      name: HOST,
    });
    assert.ok(!row.log.some(({ text }) => text.startsWith("Order")));
  });

  test("an order that was open when the engine stopped is taken up again by the next", async () => {
    const world = await acmeWorld({ zone: HOST_ZONE() });
    const { engine } = world;
    const { secretKey, dns } = engine.engine.ctx.settings;
    const { prisma } = engine.services;
    // The engine comes no further than its order: the answer cannot be written.
    const blocker = await world.pool.connect();
    await blocker.query("BEGIN");
    await blocker.query("LOCK TABLE acme_challenge IN ACCESS EXCLUSIVE MODE");
    await world.setUp({ methods: "http-01" });
    const orderUrl = await eventually("an order", async () => {
      const row = await prisma.managedCertificate.findFirst({ where: { names: { has: HOST } } });
      return row?.orderUrl ?? null;
    });
    const { databaseUrl } = engine;
    const stopped = engine.engine.stop();
    await delay(1_000);
    await blocker.query("ROLLBACK");
    blocker.release();
    await stopped;
    const second = await startTestEngine({ databaseUrl, settings: { secretKey, dns } });
    after(() => second.stop());
    const row = await eventually("the certificate", async () => {
      const found = await second.services.prisma.managedCertificate.findFirst({
        where: { names: { has: HOST }, state: "issued" },
      });
      return found;
    });
    const log = JSON.stringify(row.log);
    assert.match(log, /taken up again/);
    assert.ok(!log.includes("Order https"), `no new one beside ${orderUrl}`);
  });

  test("little time left and no renewal is an alarm, until it is issued", async () => {
    const zone: Zone = HOST_ZONE();
    const world = await acmeWorld({ zone });
    const { services } = world.engine;
    await world.setUp({ methods: "http-01" });
    const first = await world.wait(HOST, ({ state }) => state === "issued");
    const alarm = () => services.prisma.alarm.findFirst({ where: { kind: "certificate" } });
    const failing = async () => {
      world.engine.dns.zone[HOST] = { A: ["192.0.2.9"] };
      await renewNow(services, cliActor, { name: HOST });
      await world.wait(HOST, ({ state }) => state === "failed");
    };
    await failing();
    assert.equal(await alarm(), null, "years are left");
    const notAfter = new Date(Date.now() + 86_400_000);
    const where = { id: first.certificateId ?? "" };
    const notBefore = new Date(Date.now() - 89 * 86_400_000);
    await services.prisma.certificate.update({ where, data: { notBefore, notAfter } });
    await failing();
    const opened = await eventually("the alarm", alarm);
    assert.deepEqual([opened.key, opened.closedAt], [`certificate:${HOST}`, null]);
    assert.match(JSON.stringify(opened.reasons), /acme\.elsewhere/);
    world.engine.dns.zone[HOST] = { A: ["127.0.0.1"] };
    await renewNow(services, cliActor, { name: HOST });
    await world.wait(HOST, ({ state }) => state === "issued");
    assert.notEqual((await alarm())?.closedAt, null);
  });

  test("CAA names the account; the window of the authority decides when it is renewed", async () => {
    const world = await acmeWorld({ zone: HOST_ZONE() });
    const front = await frontOf(world.pebble);
    const { directoryUrl, rootsPem } = front;
    const in10Days = new Date(Date.now() + 10 * 86_400_000).toISOString();
    front.window = { start: in10Days, end: new Date(Date.now() + 11 * 86_400_000).toISOString() };
    await world.setUp({ directoryUrl, rootsPem, methods: "http-01" });
    const first = await world.wait(HOST, ({ renewSource }) => renewSource === "ari");
    assert.equal(first.renewFrom?.toISOString(), in10Days);
    const issuer = async () => (await readServerProfile(world.pool, HOST)).issuer;
    const { account } = await world.read();
    const accountUri = account?.accountUrl ?? "";
    const validationMethods = ["http-01"];
    assert.deepEqual(await issuer(), { issuer: "pebble.test", accountUri, validationMethods });
    // A revocation is coming: the window is over already.
    front.window = { start: "2026-01-01T00:00:00Z", end: "2026-01-02T00:00:00Z" };
    await world.pool.query("UPDATE managed_certificate SET next_at = now()");
    await world.pool.query("SELECT pg_notify('posthorn_acme', '-')");
    await world.wait(HOST, ({ certificateId }) => certificateId !== first.certificateId);
    front.window = null;
    assert.match(front.asked[0] ?? "", /^[\w-]+\.[\w-]+$/);
    // Set up once more, with other ways of proof: the same account.
    await world.setUp({
      directoryUrl,
      rootsPem,
      methods: "tls-alpn-01",
      contact: "a@posthorn.test",
    });
    await eventually("the other ways", async () =>
      (await issuer())?.validationMethods?.includes("tls-alpn-01") ? true : null,
    );
    assert.equal((await world.read()).account?.accountUrl, accountUri);
    assert.equal((await world.read()).account?.lastError, null);
    assert.equal(await turnOffAuthority(world.engine.services, cliActor), "done");
    assert.equal(await issuer(), undefined);
  });

  test("an account of another account: refused without, made with its key", async () => {
    const eabKey = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";
    const world = await acmeWorld({ zone: HOST_ZONE(), external: { "kid-1": eabKey } });
    const { directoryUrl, rootsPem } = world.pebble;
    const form = { authority: "other", directoryUrl, rootsPem };
    await setUpAuthority(world.engine.services, cliActor, SetUpAuthority.parse(form));
    await eventually("the refusal", async () => {
      const { account } = await world.read();
      return account?.lastError?.key === "acme.eab" ? true : null;
    });
    await world.engine.engine.storage.pool.query("UPDATE acme_account SET last_error = NULL");
    await world.setUp({ eabKid: "kid-1", eabKey });
    await world.wait(HOST, ({ state }) => state === "issued");
  });

  test("a directory that nobody can verify, or that is none, is told as such", async () => {
    const world = await acmeWorld({ zone: HOST_ZONE() });
    const { services } = world.engine;
    const { directoryUrl, rootsPem } = world.pebble;
    const errorAfter = async (form: object) => {
      await setUpAuthority(
        services,
        cliActor,
        SetUpAuthority.parse({ authority: "other", ...form }),
      );
      return eventually("an error", async () => (await world.read()).account?.lastError ?? null);
    };
    assert.equal((await errorAfter({ directoryUrl })).key, "acme.unreachable");
    const none = directoryUrl.replace(/dir$/, "nonce-plz");
    assert.match(
      (await errorAfter({ directoryUrl: none, rootsPem })).key,
      /^acme\.(badAnswer|refused)$/,
    );
    assert.equal((await world.read()).managed.length, 0, "nothing is asked for");
  });
});

describe("certificates by dns-01", { skip: skip || missingDnsLab() }, () => {
  test("the answer is published by RFC 2136, seen, and taken away", async () => {
    const zone = "posthorn.test";
    const lab = await startDnsLab([{ name: zone, negativeTtl: 1, text: "mx 60 A 127.0.0.1" }]);
    after(() => lab.stop());
    const direct = `${lab.at("a")}:${lab.port}`;
    const world = await acmeWorld({ settings: lab.settings, dns: direct, httpPort: 1, tlsPort: 1 });
    const { services, engine } = world.engine;
    const { name: keyName, algorithm, secret } = lab.key(zone);
    const id = newId();
    const sealed = services.secrets.seal(Buffer.from(secret), credentialContext(id));
    await services.prisma.dnsCredential.create({
      data: {
        ...{
          id,
          domainId: null,
          provider: "rfc2136",
          label: zone,
          zones: [zone],
          createdBy: "test",
        },
        settings: { server: direct, keyName, algorithm },
        ...{ secret: new Uint8Array(sealed), automatic: true, privateNetworks: true },
      },
    });
    await world.setUp({ methods: "dns-01" });
    const row = await world.wait(HOST, ({ state }) => state === "issued");
    assert.equal(row.method, "dns-01");
    assert.ok(row.log.some(({ text }) => text === "All name servers show it"));
    await eventually("a zone without the answer", async () => {
      const { sights } = await engine.ctx.observer.look(`_acme-challenge.${HOST}`, "TXT");
      const own = sights.filter(({ view }) => view === "authority"); // the resolver remembers it
      return own.length > 0 && own.every(({ records }) => records.length === 0) ? true : null;
    });
    const profile = await readServerProfile(engine.storage.pool, HOST);
    assert.equal(profile.issuer, undefined, "pebble names no identity for CAA");
  });

  test("without a credential for the zone it waits, and says so", async () => {
    const world = await acmeWorld({ zone: HOST_ZONE() });
    await world.setUp({ methods: "dns-01" });
    const row = await world.wait(HOST, ({ lastError }) => lastError !== null);
    assert.deepEqual([row.state, row.lastError?.key], ["waiting", "acme.noMethod"]);
  });
});

function statusAt(
  port: number,
  { path, method }: { path: string; method: string },
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, path, method, headers: { host: "any.example" } };
    request({ ...options, agent: false }, (res) => {
      let body = "";
      res.setEncoding("utf8").on("data", (text: string) => (body += text));
      res.on("end", () => resolve({ status: res.statusCode ?? 0, body }));
    })
      .on("error", reject)
      .end();
  });
}
