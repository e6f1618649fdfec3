/**
 * The life of signing keys on a real engine, in front of real name servers: nothing signs that they do not
 * show, replacing keys from the first to the last step, by hand, by RFC 2136 and behind CNAMEs. What is
 * signed is verified by mailauth; what is published by opendkim-testkey.
 */
import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { after, before, describe, test } from "node:test";
import { dkimVerify } from "mailauth";
import { createTransport } from "nodemailer";
import { mailauthResolver } from "../../engine/dns/mailauth.ts";
import { createResolver } from "../../engine/dns/resolver.ts";
import { advanceKeys } from "../../engine/keys/advance.ts";
import type { KeysContext } from "../../engine/keys/context.ts";
import { passKeys } from "../../engine/keys/pass.ts";
import { dkimText } from "../../lib/mail/dkim-keys.ts";
import { credentialContext } from "../../lib/mail/dns/credential.ts";
import { RETIRE_MS } from "../../lib/mail/dns/key-life.ts";
import { newId } from "../../lib/mail/ids.ts";
import { cliActor } from "../../lib/service/actor.ts";
import { addKeys, getSigningKeys, revokeKey } from "../../lib/service/dkim-keys.ts";
import { cancelRotation, setKeySettings, startRotation } from "../../lib/service/dkim-rotation.ts";
import { checkNow } from "../../lib/service/dns-checks.ts";
import { dkimContext } from "../../lib/storage/directory.ts";
import { missingDnsLab, startDnsLab, type DnsLab } from "../support/dns-lab.ts";
import { PASSWORD, startTestEngine, type TestEngine } from "../support/engine.ts";
import { run } from "../support/run.ts";
import { findProgram, missing } from "../support/tools.ts";
import { until } from "../support/until.ts";
import { queueOf, queuedText } from "../smtp/world.ts";

const skip = missingDnsLab() || missing("opendkim-testkey");
const TTL = 60;
const DAY_MS = 86_400_000;
const TEXT = "@ 60 TXT hello";

describe("signing keys", { skip }, () => {
  let lab: DnsLab;
  let engine: TestEngine;
  let ctx: KeysContext;
  let ahead = 0;
  const folder = mkdtempSync(join(tmpdir(), "posthorn-keys-"));
  const clock = {
    now: () => new Date(Date.now() + ahead),
    sleep: (ms: number, signal?: AbortSignal) => sleep(ms, undefined, { signal }),
  };

  before(async () => {
    const options = { text: TEXT, negativeTtl: TTL };
    lab = await startDnsLab([
      { name: "hand.test", ...options },
      { name: "seen.test", ...options },
      { name: "split.test", independent: true, ...options },
      { name: "stuck.test", ...options },
      { name: "auto.test", ...options },
      { name: "alias.test", ...options },
      { name: "host.test", text: `mx 60 A 192.0.2.1` },
      { name: "far.test", text: "@ MX 10 mail\nmail A 127.0.0.1" }, // nobody listens: mail waits
    ]);
    const mailboxes = ["hand", "split", "stuck", "auto", "alias"].map((name) => `ann@${name}.test`);
    const settings = { ...lab.settings, mailHostname: "mx.host.test" };
    engine = await startTestEngine({ mailboxes, settings, clock });
    const { pool, secrets } = engine.engine.storage;
    ctx = { ...engine.engine.ctx, pool, secrets };
  });
  after(async () => {
    await engine?.stop();
    await lab?.stop();
    rmSync(folder, { recursive: true });
  });

  const view = async (domain: string) => {
    const found = await getSigningKeys(engine.services, cliActor, domain);
    assert.ok(found);
    return found;
  };
  const states = async (domain: string) =>
    (await view(domain)).keys.map(({ selector, state }) => `${selector} ${state}`);
  const advance = async (domain: string) => {
    await lab.flush();
    // As time goes by: a look of a moment ago would do else.
    ahead += 61_000;
    await advanceKeys(ctx, (await view(domain)).domain.id);
  };
  /** What was published arrives at the other name servers in its own time. */
  const advanceUntil = async (domain: string, wanted: readonly string[]) => {
    for (let turn = 0; turn < 20; turn++) {
      await advance(domain);
      if ((await states(domain)).join() === wanted.join()) return;
      await sleep(100);
    }
    assert.deepEqual(await states(domain), wanted);
  };
  const line = (key: { selector: string } & Parameters<typeof dkimText>[0]) => {
    const chunks = dkimText(key).match(/.{1,255}/g) ?? [];
    return `${key.selector}._domainkey ${TTL} TXT ${chunks.map((text) => `"${text}"`).join(" ")}`;
  };

  /** What leaves now: a verdict per signature, by mailauth, from the lab's own resolver. */
  async function signatures(domain: string): Promise<string[]> {
    await lab.flush();
    const transport = createTransport({
      ...{ host: "127.0.0.1", port: engine.ports.submission },
      tls: { rejectUnauthorized: false },
      auth: { user: `ann@${domain}`, pass: PASSWORD },
    });
    await transport.sendMail({
      ...{ from: `ann@${domain}`, to: "bob@far.test", subject: "signed", text: "hello" },
    });
    transport.close();
    const blob = (await queueOf(engine)).at(-1)?.blobId ?? 0;
    const text = await queuedText(engine, blob);
    const resolver = mailauthResolver(createResolver(lab.settings.dns));
    const { results } = await dkimVerify(Buffer.from(text, "latin1"), { resolver } as never);
    return results.flatMap(({ selector, status }) => {
      const { result, comment } = status;
      const why = result !== "pass" && comment ? ` (${String(comment)})` : "";
      return selector ? [`${String(selector)} ${String(result)}${why}`] : [];
    });
  }

  /** opendkim-testkey finds the key in DNS, and that it is the one that we sign with. */
  async function testKey(domain: string, selector: string): Promise<{ code: number; out: string }> {
    const row = await engine.services.prisma.dkimKey.findFirstOrThrow({
      where: { selector, domain: { name: domain }, deletedAt: null },
      select: { id: true, privateKey: true, algorithm: true },
    });
    const der = engine.services.secrets.open(row.privateKey, dkimContext(row.id));
    const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
    const [file, config, resolver] = ["key", "conf", "unbound"].map((name) => join(folder, name));
    assert.ok(file && config && resolver);
    writeFileSync(file, key.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
    const forward = `forward-zone:\n  name: "."\n  forward-addr: ${lab.resolver.replace(":", "@")}\n`;
    // libunbound knows of itself that nothing is below "test" (RFC 6761 §6.2).
    const server = `server:\n  do-not-query-localhost: no\n  local-zone: "test." nodefault\n`;
    writeFileSync(resolver, server + forward);
    writeFileSync(config, `ResolverConfiguration ${resolver}\n`);
    const program = findProgram("opendkim-testkey") ?? "";
    // It cannot read a private key that is not RSA.
    const own = row.algorithm === "rsa_sha256" ? ["-k", file] : [];
    const args = ["-x", config, "-d", domain, "-s", selector, ...own, "-vvv"];
    const { code, out, err } = await run(program, args);
    return { code: code ?? -1, out: out + err };
  }

  test("a new domain signs when the world sees its keys, and then with both", async () => {
    const { keys } = await view("hand.test");
    const [rsa, ed] = keys;
    assert.ok(rsa && ed);
    await advance("hand.test");
    assert.deepEqual(await states("hand.test"), [
      `${rsa.selector} publishing`,
      `${ed.selector} publishing`,
    ]);
    assert.deepEqual(await signatures("hand.test"), []);

    await lab.update("hand.test", [`add ${line(rsa)}`, `add ${line(ed)}`]);
    await lab.flush();
    ahead += 61_000;
    // Several engines at once, as after the look of each: every step is made once.
    const id = (await view("hand.test")).domain.id;
    await Promise.all([1, 2, 3].map(() => advanceKeys(ctx, id)));
    await advance("hand.test");
    const told = await engine.services.prisma.auditEntry.findMany({
      where: { actor: "system", domainId: id },
    });
    assert.equal(told.length, 4, "two keys, two steps each");
    assert.deepEqual(await states("hand.test"), [
      `${rsa.selector} signing`,
      `${ed.selector} signing`,
    ]);
    const signed = await signatures("hand.test");
    assert.deepEqual(signed.toSorted(), [`${ed.selector} pass`, `${rsa.selector} pass`]);
    for (const { selector } of [rsa, ed]) {
      const { code, out } = await testKey("hand.test", selector);
      assert.equal(code, 0, out);
      assert.match(out, /key OK/);
    }
  });

  test("the checks see a key, and it signs: nobody asks for anything", async () => {
    const watching = await startTestEngine({
      mailboxes: ["ann@seen.test"],
      settings: { ...lab.settings, dnsWatch: true },
    });
    try {
      const keys = async () =>
        (await getSigningKeys(watching.services, cliActor, "seen.test"))?.keys;
      const [rsa] = (await keys()) ?? [];
      assert.ok(rsa);
      await lab.update("seen.test", [`add ${line(rsa)}`]);
      await lab.flush(); // it was asked before, and remembers for a minute that there was nothing
      const isSigning = async () => {
        await checkNow(watching.services, cliActor, { subject: "seen.test" });
        return (await keys())?.find(({ id }) => id === rsa.id)?.state === "signing";
      };
      await until(isSigning, "the key signs");
      const found = await getSigningKeys(watching.services, cliActor, "seen.test");
      const check = found?.checks.find(({ key }) => key === `dkim:${rsa.selector}`);
      assert.equal(check?.verdict, "ok");
      const [seen] = (await keys())?.filter(({ id }) => id === rsa.id) ?? [];
      assert.deepEqual(seen?.lookedAt, check.checkedAt, "by the look of the checks");
    } finally {
      await watching.stop();
    }
  });

  test("a key that one of two name servers shows does not sign", async () => {
    const [rsa] = (await view("split.test")).keys;
    assert.ok(rsa);
    await lab.update("split.test", [`add ${line(rsa)}`], "a");
    await advance("split.test");
    assert.equal((await view("split.test")).keys[0]?.state, "publishing");
    assert.deepEqual(await signatures("split.test"), []);
    await lab.update("split.test", [`add ${line(rsa)}`], "b");
    await advance("split.test");
    assert.equal((await view("split.test")).keys[0]?.state, "signing");
    assert.deepEqual(await signatures("split.test"), [`${rsa.selector} pass`]);
  });

  test("replacing keys by hand: seen, waited for, taken over, kept, gone", async () => {
    const domain = "hand.test";
    const old = (await view(domain)).keys;
    const started = await startRotation(engine.services, cliActor, { domain, bits: 2048 });
    assert.equal(started.outcome, "done");
    const young = (await view(domain)).keys.filter(({ rotationId }) => rotationId !== null);
    const stateOf = async (keys: typeof old) => {
      const ids = keys.map(({ id }) => id);
      const now = (await view(domain)).keys.filter(({ id }) => ids.includes(id));
      return [...new Set(now.map(({ state }) => state))].join();
    };

    await lab.update(
      domain,
      young.map((key) => `add ${line(key)}`),
    );
    await advance(domain);
    assert.equal(await stateOf(young), "visible");
    assert.equal(await stateOf(old), "signing", "caches may still say that there is none");

    ahead += 2 * TTL * 1000;
    await advance(domain);
    assert.deepEqual([await stateOf(young), await stateOf(old)], ["signing", "retiring"]);
    const signed = await signatures(domain);
    assert.deepEqual(signed.toSorted(), young.map(({ selector }) => `${selector} pass`).toSorted());

    ahead += RETIRE_MS - DAY_MS;
    await advance(domain);
    assert.equal(await stateOf(old), "retiring");
    ahead += DAY_MS;
    await passKeys(ctx);
    assert.equal(await stateOf(old), "safe_to_delete");
    await advance(domain);
    assert.equal(await stateOf(old), "safe_to_delete", "its record is still there");

    await lab.update(
      domain,
      old.map(({ selector }) => `delete ${selector}._domainkey TXT`),
    );
    await advance(domain);
    assert.equal(await stateOf(old), "");
    const { rotations, lastRotation } = await view(domain);
    assert.deepEqual([rotations.length, lastRotation?.startedBy], [0, "cli"]);
    const lines = await engine.services.prisma.auditEntry.findMany({
      where: { actor: "system", subject: `${old[0]?.selector}._domainkey.${domain}` },
      orderBy: { at: "asc" },
    });
    assert.deepEqual(
      lines.map(({ changes }) => (changes as { state: string[] }).state[1]),
      ["visible", "signing", "retiring", "safe_to_delete", "deleted"],
    );
  });

  test("a rotation that was taken back: the old keys sign again, the new ones retire", async () => {
    const domain = "split.test";
    const old = (await view(domain)).keys;
    await startRotation(engine.services, cliActor, { domain, bits: 2048 });
    const young = (await view(domain)).keys.filter(({ rotationId }) => rotationId !== null);
    const lines = young.map((key) => `add ${line(key)}`);
    for (const server of ["a", "b"] as const) await lab.update(domain, lines, server);
    await advance(domain);
    ahead += 2 * TTL * 1000;
    await advance(domain);
    const [rotation] = (await view(domain)).rotations;
    assert.ok(rotation?.switchedAt);
    // As the checks write, which look at retiring keys too: what is not seen must not sign again.
    const ref = { domain, rotationId: rotation.id };
    const look = async (lastSeenAt: Date | null) => {
      const where = { id: old[0]?.id ?? "" };
      const data = { lookedAt: clock.now(), lastSeenAt };
      await engine.services.prisma.dkimKey.updateMany({ where, data });
    };
    await look(null);
    assert.equal(await cancelRotation(engine.services, cliActor, ref), "oldKeysGone");
    await look(clock.now());
    assert.equal(await cancelRotation(engine.services, cliActor, ref), "done");
    assert.deepEqual(await signatures(domain), [`${old[0]?.selector} pass`]);
    const { keys } = await view(domain);
    const ids = young.map(({ id }) => id);
    // The console's clock is behind this engine's, which may count the week as over.
    const ends = ["retiring", "safe_to_delete"];
    assert.ok(keys.filter(({ id }) => ids.includes(id)).every(({ state }) => ends.includes(state)));
  });

  /** As the page for DNS access keeps it. */
  async function allow(zone: string, domainId: string | null, wrong?: string): Promise<void> {
    const id = newId();
    const { name, algorithm, secret: right } = lab.key(zone);
    const secret = wrong ?? right;
    const sealed = engine.services.secrets.seal(Buffer.from(secret), credentialContext(id));
    await engine.services.prisma.dnsCredential.create({
      data: {
        ...{ id, domainId, provider: "rfc2136", label: zone, zones: [zone], createdBy: "test" },
        settings: { server: `${lab.at("a")}:${lab.port}`, keyName: name, algorithm },
        ...{ secret: new Uint8Array(sealed), automatic: true, privateNetworks: true },
      },
    });
  }

  test("what the server cannot publish is said, and tried again later", async () => {
    const domain = "stuck.test";
    const { domain: row } = await view(domain);
    await allow(domain, row.id, Buffer.alloc(32, 1).toString("base64"));
    await startRotation(engine.services, cliActor, { domain, bits: 2048 });
    await advance(domain);
    const errors = async () =>
      (await view(domain)).keys
        .filter(({ rotationId }) => rotationId !== null)
        .map(({ publishError }) => (publishError as { key?: string } | null)?.key ?? null);
    assert.deepEqual(await errors(), Array(2).fill("publish.error.badSignature"));
    await engine.services.prisma.dnsCredential.deleteMany({ where: { domainId: row.id } });
    await allow(domain, row.id);
    await advance(domain);
    assert.equal((await errors())[0], "publish.error.badSignature", "a moment ago");
    ahead += 10 * 60_000;
    await advance(domain);
    assert.deepEqual(await errors(), [null, null]);
    const [, , rsa] = (await view(domain)).keys;
    const { sights } = await ctx.observer.look(`${rsa?.selector}._domainkey.${domain}`, "TXT");
    assert.ok(sights.some(({ records }) => records.includes(dkimText(rsa ?? assert.fail()))));
  });

  test("on schedule, where the server may change the zone: nobody does anything", async () => {
    const domain = "auto.test";
    const first = await view(domain);
    await allow(domain, first.domain.id);
    await lab.update(
      domain,
      first.keys.map((key) => `add ${line(key)}`),
    );
    await advance(domain);
    const settings = { domain, mode: "txt", rotateDays: 180 } as const;
    assert.equal(await setKeySettings(engine.services, cliActor, settings), "done");
    await passKeys(ctx);
    assert.equal((await view(domain)).keys.length, 2, "it is not the day yet");

    ahead += 180 * DAY_MS;
    await passKeys(ctx);
    assert.equal((await view(domain)).keys.length, 4);
    const isOld = (id: string) => first.keys.some((key) => key.id === id);
    const young = (await view(domain)).keys.filter(({ id }) => !isOld(id));
    await advanceUntil(domain, [
      ...first.keys.map(({ selector }) => `${selector} signing`),
      ...young.map(({ selector }) => `${selector} visible`),
    ]);
    ahead += 2 * 3600 * 1000;
    await advance(domain);
    const signed = await signatures(domain);
    assert.deepEqual(signed.toSorted(), young.map(({ selector }) => `${selector} pass`).toSorted());

    ahead += RETIRE_MS;
    await advanceUntil(
      domain,
      young.map(({ selector }) => `${selector} signing`),
    );
    const last = await view(domain);
    assert.deepEqual(
      last.keys.map(({ id }) => id),
      young.map(({ id }) => id),
    );
    assert.ok(last.lastRotation?.finishedAt);
  });

  test("behind CNAMEs: two pairs change places, and the domain's zone is never touched", async () => {
    const domain = "alias.test";
    await allow("host.test", null);
    const settings = { domain, mode: "cname", rotateDays: 90 } as const;
    assert.equal(await setKeySettings(engine.services, cliActor, settings), "doneOver");
    await advance(domain); // publishes the first pair, prepares the second
    await advance(domain);
    const { keys } = await view(domain);
    assert.deepEqual(
      keys.map(({ selector, target }) => `${selector} ${target}`),
      ["ph1r", "ph1e", "ph2r", "ph2e"].map(
        (name) => `${name} ${name}.${domain}._dkim.mx.host.test`,
      ),
    );
    assert.deepEqual(await signatures(domain), []);
    const cnames = keys.map(({ selector, target }) => {
      return `add ${selector}._domainkey ${TTL} CNAME ${target}.`;
    });
    await lab.update(domain, cnames);
    const wanted = ["ph1r signing", "ph1e signing", "ph2r visible", "ph2e visible"];
    await advanceUntil(domain, wanted);
    assert.deepEqual((await signatures(domain)).toSorted(), ["ph1e pass", "ph1r pass"]);
    const { code, out } = await testKey(domain, "ph1r");
    assert.equal(code, 0, out);

    ahead += 90 * DAY_MS;
    await passKeys(ctx);
    assert.deepEqual((await signatures(domain)).toSorted(), ["ph2e pass", "ph2r pass"]);
    ahead += RETIRE_MS;
    await advanceUntil(domain, ["ph2r signing", "ph2e signing", "ph1r visible", "ph1e visible"]);
    const next = await view(domain);
    const before = keys.map(({ publicKey }) => publicKey);
    const fresh = next.keys.filter(({ selector }) => selector.startsWith("ph1"));
    assert.ok(
      fresh.every(({ publicKey }) => !before.includes(publicKey)),
      "new keys, old names",
    );
  });

  test("a revoked key is published empty, and opendkim says so", async () => {
    const domain = "auto.test";
    const added = await addKeys(engine.services, cliActor, { domain, kind: "rsa", bits: 2048 });
    assert.ok(added.outcome === "done");
    const [selector = ""] = added.selectors;
    const key = (await view(domain)).keys.find((one) => one.selector === selector);
    assert.ok(key);
    await lab.update(domain, [`add ${line(key)}`]);
    await advance(domain);
    const ref = { domain, keyId: key.id, confirm: "" };
    assert.equal(await revokeKey(engine.services, cliActor, ref), "done");
    await advance(domain);
    let said = "";
    const isRevoked = async () => {
      await lab.flush(); // of two name servers one may be behind for a moment
      const { code, out } = await testKey(domain, selector);
      said = out;
      return code !== 0;
    };
    await until(isRevoked, "opendkim sees it");
    assert.match(said, /revoked/i);
  });
});
