/**
 * DANE as others see it: Debian's Postfix with `dane-only`, asking a validating unbound about signed zones
 * on real name servers, delivers to our engine before, during and after a change of the host's key, and
 * does not when TLSA names another one (RFC 7672 §2.2, §3.1).
 */
import assert from "node:assert/strict";
import { randomInt, X509Certificate } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, describe, test } from "node:test";
import { advanceHostKeys } from "../../engine/host-keys/advance.ts";
import type { KeysContext } from "../../engine/keys/context.ts";
import { tlsaOf } from "../../lib/mail/host-key.ts";
import { credentialContext } from "../../lib/mail/dns/credential.ts";
import { plainValue } from "../../lib/mail/dns/rdata.ts";
import { newId } from "../../lib/mail/ids.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { checkNow } from "../../lib/service/dns-checks.ts";
import {
  cancelHostKey,
  prepareHostKey,
  readHostKeys,
  switchHostKey,
} from "../../lib/service/host-keys.ts";
import { readServerProfile } from "../../lib/storage/server-profile.ts";
import { missingDnsLab, startDnsLab, type DnsLab } from "../support/dns-lab.ts";
import { startTestEngine, type TestEngine } from "../support/engine.ts";
import { run } from "../support/run.ts";
import { atPort53 } from "../support/port-53.ts";
import { missingPostfix, startPostfix, type Postfix } from "../support/postfix.ts";
import { missing } from "../support/tools.ts";
import { until } from "../support/until.ts";

const skip = missingDnsLab() || missingPostfix() || missing("openssl");
const TTL = 60;
const MINUTE_MS = 60_000;
const HOST = "mx.host.test";
const BOX = "ann@ours.test";

describe("the host's key under DANE", { skip }, () => {
  /** Port 25 is in the names: an address of our own has it. */
  const address = `127.${randomInt(1, 250)}.${randomInt(1, 250)}.${randomInt(2, 250)}`;
  let lab: DnsLab;
  let engine: TestEngine;
  let postfix: Postfix;
  let port53: { stop(): void };
  let ctx: KeysContext;
  let ahead = 0;
  let sent = 0;
  const clock = {
    now: () => new Date(Date.now() + ahead),
    sleep: (ms: number, signal?: AbortSignal) => sleep(ms, undefined, { signal }),
  };

  before(async () => {
    const dnssec = "signed";
    lab = await startDnsLab([
      { name: "host.test", dnssec, negativeTtl: 1, text: `mx ${TTL} A ${address}` },
      { name: "ours.test", dnssec, text: `@ ${TTL} MX 10 ${HOST}.` },
    ]);
    port53 = await atPort53(lab.resolver);
    const ports = {
      ...{ smtp: [25], submission: [0], submissions: [0], imap: [0], imaps: [0], pop3: [0] },
      ...{ pop3s: [0], http: [0], https: [0] },
    } as never;
    engine = await startTestEngine({
      mailboxes: [BOX],
      settings: {
        ...lab.settings,
        mailHostname: HOST,
        bindAddress: address,
        ports,
        dnsWatch: true,
      },
      clock,
    });
    const { pool, secrets } = engine.engine.storage;
    ctx = { ...engine.engine.ctx, pool, secrets };
    postfix = await startPostfix({
      mailboxes: ["bob@postfix.test"],
      outwards: { resolver: lab.resolver.split(":")[0] ?? "", tls: "dane" },
    });
  });
  after(async () => {
    await postfix?.stop();
    await engine?.stop();
    port53?.stop();
    await lab?.stop();
  });

  const keys = async () => (await readHostKeys(engine.services)).keys;
  const inState = async (state: string) => (await keys()).filter((key) => key.state === state);
  const textOf = ({ spki }: { spki: Uint8Array }) =>
    plainValue({ type: "TLSA", value: tlsaOf(spki) });
  /** What our pages ask people to publish. */
  const wanted = async () => {
    const { tlsa } = await readServerProfile(ctx.pool, HOST);
    return tlsa.map((value) => plainValue({ type: "TLSA", value }));
  };
  /** All of a name at once, so that no moment is without. */
  async function publish(values: readonly string[]): Promise<void> {
    const adds = values.map((value) => `add _25._tcp.mx ${TTL} TLSA ${value}`);
    await lab.update("host.test", ["delete _25._tcp.mx TLSA", ...adds]);
    await lab.flush(); // as TTLs go by
  }
  async function advance(ms = MINUTE_MS + 1000): Promise<void> {
    ahead += ms;
    await lab.flush();
    await Promise.all([1, 2, 3].map(() => advanceHostKeys(ctx))); // as several engines do
  }

  /** Engines share their looks: another pass may just have looked. */
  async function advanceUntil(done: () => Promise<boolean>): Promise<void> {
    for (let turn = 0; turn < 20; turn++) {
      if (await done()) return;
      await advance();
      await sleep(100);
    }
    assert.ok(await done());
  }

  const delivery = () => postfix.delivery("bob@postfix.test", BOX, `number ${++sent}`);
  test("the zone is seen to be signed, and TLSA of the one key is asked for", async () => {
    await until(async () => {
      await checkNow(engine.services, cliActor, { subject: null });
      return (await wanted()).length > 0;
    }, "TLSA is suggested");
    const [current] = await inState("current");
    assert.ok(current);
    assert.deepEqual(await wanted(), [textOf(current)]);
  });

  test("without TLSA, a sender that insists on DANE puts mail off", async () => {
    assert.match(await delivery(), /deferred.*(?:TLSA|DANE)/i);
  });

  test("with TLSA of the key it is verified and delivered", async () => {
    await publish(await wanted());
    assert.equal(await delivery(), "sent");
    assert.match(
      postfix.lastConnection(),
      /^Verified TLS connection established to mx\.host\.test/,
    );
    await advance();
  });

  test("the next key is asked for, seen, waited for, and takes over; mail arrives all the while", async () => {
    const [old] = await inState("current");
    assert.ok(old);
    await advance(6 * 60 * MINUTE_MS);
    assert.equal(
      await prepareHostKey(engine.services, cliActor, { algorithm: "rsa-2048" }),
      "done",
    );
    assert.equal(
      await prepareHostKey(engine.services, cliActor, { algorithm: "rsa-2048" }),
      "underWay",
    );
    await advance();
    const [next] = await inState("next");
    assert.ok(next);
    assert.deepEqual(await wanted(), [textOf(old), textOf(next)]);
    assert.equal((await switchHostKey(engine.services, cliActor)).outcome, "notVisible");
    assert.equal(await delivery(), "sent");

    await publish(await wanted());
    await advanceUntil(async () => (await inState("next"))[0]?.visibleSince !== null);
    assert.equal((await inState("next")).length, 1, "it waits");
    assert.equal((await switchHostKey(engine.services, cliActor)).outcome, "tooEarly");
    assert.equal(await delivery(), "sent");

    await advanceUntil(async () => (await inState("current"))[0]?.id === next.id);
    await until(async () => (await shownBy(address)).equals(next.spki), "the engine shows it");
    assert.equal(await delivery(), "sent");
    assert.match(postfix.lastConnection(), /server-signature RSA/);
    assert.deepEqual((await wanted()).toSorted(), [textOf(old), textOf(next)].toSorted());

    await advance(16 * MINUTE_MS + TTL * 1000);
    assert.deepEqual(await wanted(), [textOf(next)]);
    await publish(await wanted());
    await advanceUntil(async () => (await keys()).length === 1);
    assert.deepEqual((await keys())[0]?.id, next.id, "nothing is left of the old one");
    const told = await engine.services.prisma.auditEntry.findMany({
      where: { actor: "system", action: { startsWith: "hostKey." } },
      orderBy: { at: "asc" },
    });
    const steps = ["hostKey.ready", "hostKey.switched", "hostKey.released", "hostKey.gone"];
    assert.deepEqual(
      told.map(({ action }) => action),
      steps,
      "each step once",
    );
    assert.equal(await delivery(), "sent");
  });

  test("where the server may change the zone it publishes and removes TLSA itself", async () => {
    await allow("host.test");
    const [old] = await inState("current");
    assert.ok(old);
    await advance(6 * 60 * MINUTE_MS);
    await prepareHostKey(engine.services, cliActor, { algorithm: "ecdsa-p256" });
    await advanceUntil(async () => Boolean((await inState("next"))[0]?.visibleSince));
    const [next] = await inState("next");
    assert.ok(next?.visibleSince, "seen at every name server");
    assert.equal(await delivery(), "sent");
    await advanceUntil(async () => (await inState("current"))[0]?.id === next.id);
    await until(async () => (await shownBy(address)).equals(next.spki), "the engine shows it");
    assert.equal(await delivery(), "sent");
    await advance(16 * MINUTE_MS + TTL * 1000);
    await advanceUntil(async () => (await keys()).length === 1);
    assert.deepEqual(
      (await keys()).map(({ id }) => id),
      [next.id],
    );
    const { sights } = await ctx.observer.look(`_25._tcp.${HOST}`, "TLSA");
    for (const { records } of sights)
      assert.deepEqual(
        records.map((value) => plainValue({ type: "TLSA", value })),
        [textOf(next)],
      );
    assert.equal(await delivery(), "sent");
  });

  test("a next key that is cancelled was never shown, and its TLSA goes", async () => {
    const [current] = await inState("current");
    assert.ok(current);
    await prepareHostKey(engine.services, cliActor, { algorithm: "ecdsa-p256" });
    await advance();
    assert.equal((await wanted()).length, 2);
    assert.equal(await cancelHostKey(engine.services, cliActor), "done");
    assert.equal(await cancelHostKey(engine.services, cliActor), "none");
    await advance();
    assert.deepEqual(await wanted(), [textOf(current)]);
  });

  test("TLSA of another key: mail is put off, not delivered", async () => {
    await publish([textOf({ spki: Buffer.from("somebody else's") })]);
    const before = sent;
    assert.match(
      await delivery(),
      /^status=deferred.*(?:not trusted|not verified|Server certificate)/i,
    );
    assert.equal(sent, before + 1);
  });

  async function allow(zone: string): Promise<void> {
    const id = newId();
    const { name, algorithm, secret } = lab.key(zone);
    const sealed = engine.services.secrets.seal(Buffer.from(secret), credentialContext(id));
    await engine.services.prisma.dnsCredential.create({
      data: {
        ...{
          id,
          domainId: null,
          provider: "rfc2136",
          label: zone,
          zones: [zone],
          createdBy: "test",
        },
        settings: { server: `${lab.at("a")}:${lab.port}`, keyName: name, algorithm },
        ...{ secret: new Uint8Array(sealed), automatic: true, privateNetworks: true },
      },
    });
  }
});

/** The key that port 25 shows after STARTTLS: its SubjectPublicKeyInfo. */
async function shownBy(address: string): Promise<Buffer> {
  const { out } = await run("openssl", [
    ...["s_client", "-starttls", "smtp", "-connect", `${address}:25`],
  ]);
  const pem = /-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----/.exec(out)?.[0] ?? "";
  return new X509Certificate(pem).publicKey.export({ type: "spki", format: "der" });
}
