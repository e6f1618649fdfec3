/** Certificates that people bring: who may, what becomes of the host's key, and what is shown then. */
import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { beforeEach, describe, test } from "node:test";
import { spkiOf } from "../../lib/mail/host-key.ts";
import { UploadCertificate } from "../../lib/schemas/forms.ts";
import { cliActor } from "../../lib/service/actor.ts";
import {
  listUploaded,
  removeCertificate,
  uploadCertificate,
} from "../../lib/service/certificate-upload.ts";
import { prepareHostKey, readHostKeys, requestCertificate } from "../../lib/service/host-keys.ts";
import { ensureSelfSigned, loadCertificates } from "../../lib/storage/certificates.ts";
import { TLSA_SEEN_KEY } from "../../lib/storage/host-key-life.ts";
import { currentHostKey, nextHostKey } from "../../lib/storage/host-keys.ts";
import { setSetting } from "../../lib/storage/settings.ts";
import { make } from "../support/openssl.ts";
import { run } from "../support/run.ts";
import { newDomain, person, testRuntime } from "../support/service.ts";
import { missing } from "../support/tools.ts";

const HOST = "mail.example.net";

describe("bringing a certificate", { skip: missing("openssl") }, async () => {
  if (missing("openssl")) return;
  const runtime = await testRuntime();
  const { service: ctx, pool } = runtime;
  const domainId = await newDomain(runtime, "ours.example");
  const operator = await person(runtime, "operator");
  const authority = await make({ cn: "Authority", ca: true });
  const leaf = await make({ cn: HOST, san: `DNS:${HOST}` }, authority);

  beforeEach(async () => {
    await pool.query("DELETE FROM certificate");
    await pool.query("DELETE FROM host_key");
    await pool.query("DELETE FROM setting WHERE key = $1", [TLSA_SEEN_KEY]);
    await ensureSelfSigned(pool, ctx.secrets, HOST);
  });

  const upload = (chain: string, more: object = {}, actor = operator) =>
    uploadCertificate(ctx, actor, UploadCertificate.parse({ chain, ...more }));
  const whole = ({ cert, key }: typeof leaf) => cert + key;
  const problem = async (result: ReturnType<typeof upload>) => {
    const answer = await result;
    return answer.outcome === "refused" ? answer.problem.key : answer.outcome;
  };
  /** What clients get: the subject. */
  const shown = async (name = HOST) => {
    const all = await loadCertificates(pool, ctx.secrets);
    const [first] = all.filter(({ names }) => names.includes(name));
    return first && new X509Certificate(first.certPem);
  };
  const spki = (made: typeof leaf) => spkiOf(new X509Certificate(made.cert).publicKey);
  const current = async () => (await currentHostKey(pool, ctx.secrets)).spki;
  const tlsaIs = async (published: "yes" | "no") => {
    const at = new Date().toISOString();
    const lastPublishedAt = published === "yes" ? at : null;
    await setSetting(ctx.prisma, TLSA_SEEN_KEY, {
      at,
      published,
      lastPublishedAt,
      ttl: 60,
      names: [],
    });
    await ctx.prisma.hostKey.updateMany({ data: { lookedAt: new Date() } });
  };

  test("operators may; an auditor may look, others may not", async () => {
    const auditor = await person(runtime, "auditor");
    const admin = await person(runtime, "domain_admin", domainId);
    for (const actor of [auditor, admin]) {
      assert.equal((await upload(whole(leaf), {}, actor)).outcome, "notAllowed");
      const certificateId = "00000000-0000-7000-8000-000000000000";
      assert.equal(await removeCertificate(ctx, actor, { certificateId }), "notAllowed");
    }
    assert.deepEqual(await listUploaded(ctx, auditor), []);
    assert.equal(await listUploaded(ctx, admin), null);
  });

  test("where no TLSA is published it is shown at once, and its key is the host's from then on", async () => {
    const answer = await upload(leaf.cert, { privateKey: leaf.key });
    assert.ok(answer.outcome === "done");
    assert.equal(answer.hostKey, "replaced");
    assert.deepEqual(
      answer.warnings.map(({ key }) => key),
      ["incomplete"],
    );
    assert.equal((await shown())?.subject, `CN=${HOST}`);
    assert.equal((await shown())?.issuer, "CN=Authority");
    assert.deepEqual(await current(), spki(leaf));
    const states = (await readHostKeys(ctx)).keys.map(({ state }) => state);
    assert.deepEqual(states, ["current", "retired"]);
    assert.equal(await ensureSelfSigned(pool, ctx.secrets, HOST), false);
  });

  test("while TLSA of another key is published it wants a tick", async () => {
    await tlsaIs("yes");
    const before = await current();
    assert.equal(await problem(upload(whole(leaf))), "tlsa");
    assert.deepEqual(await current(), before);
    assert.equal((await shown())?.issuer, `CN=${HOST}`, "nothing else is shown");
    assert.equal(await problem(upload(whole(leaf), { acceptNewKey: "on" })), "done");
    assert.deepEqual(await current(), spki(leaf));
  });

  test("for the host's own key no key is brought, and nothing changes for TLSA", async () => {
    await tlsaIs("yes");
    const { privateKeyPem } = await currentHostKey(pool, ctx.secrets);
    const made = await make({ cn: HOST, san: `DNS:${HOST}`, key: privateKeyPem }, authority);
    const answer = await upload(made.cert + authority.cert);
    assert.ok(answer.outcome === "done");
    assert.equal(answer.hostKey, "kept");
    assert.deepEqual(
      answer.warnings.map(({ key }) => key),
      ["notPublic"],
    );
    assert.deepEqual(await current(), spki(made));
  });

  test("an authority signs what is asked of it for the host's key, and what comes back fits", async () => {
    const auditor = await person(runtime, "auditor");
    assert.equal(await requestCertificate(ctx, auditor, "current"), null);
    assert.equal(await requestCertificate(ctx, operator, "next"), null, "there is none");
    for (const algorithm of ["ecdsa-p256", "rsa-2048"] as const) {
      await pool.query("DELETE FROM host_key WHERE state = 'next'");
      await prepareHostKey(ctx, operator, { algorithm });
      const csr = (await requestCertificate(ctx, operator, "next")) ?? "";
      const args = ["req", "-verify", "-noout", "-subject", "-text"];
      const { code, out, err } = await run("openssl", args, { input: csr });
      assert.equal(code, 0, err);
      assert.match(out + err, /verify OK/i);
      assert.match(out, /CN = mail\.example\.net/);
      assert.match(out, /DNS:mail\.example\.net/);
    }
    const csr = (await requestCertificate(ctx, operator, "current")) ?? "";
    const made = await make({ cn: HOST, san: `DNS:${HOST}`, request: csr }, authority);
    const answer = await upload(made.cert);
    assert.ok(answer.outcome === "done");
    assert.equal(answer.hostKey, "kept");
  });

  test("one for the next key is the switch: refused before its time, unless it is wanted", async () => {
    await tlsaIs("yes");
    await prepareHostKey(ctx, operator, { algorithm: "ecdsa-p256" });
    const key = (await nextHostKey(pool, ctx.secrets))?.privateKeyPem ?? "";
    const made = await make({ cn: HOST, san: `DNS:${HOST}`, key }, authority);
    assert.equal(await problem(upload(made.cert)), "nextNotSeen");
    const see = (visibleSince: Date) =>
      ctx.prisma.hostKey.updateMany({
        where: { state: "next" },
        data: { visibleSince, lookedAt: new Date(), lastSeenAt: new Date(), seenTtl: 60 },
      });
    await see(new Date());
    assert.equal(await problem(upload(made.cert)), "nextTooEarly");
    await see(new Date(Date.now() - 120_000));
    const answer = await upload(made.cert);
    assert.ok(answer.outcome === "done");
    assert.equal(answer.hostKey, "switched");
    assert.deepEqual(await current(), spki(made));
    assert.equal(await nextHostKey(pool, ctx.secrets), null);
  });

  test("a newer one replaces it, with the key of the earlier row", async () => {
    await upload(whole(leaf));
    const again = await make({ cn: HOST, san: `DNS:${HOST}`, key: leaf.key }, authority);
    const answer = await upload(again.cert);
    assert.ok(answer.outcome === "done");
    assert.equal(answer.hostKey, "kept");
    assert.equal((await listUploaded(ctx, cliActor))?.length, 1);
    assert.equal((await shown())?.serialNumber, new X509Certificate(again.cert).serialNumber);
  });

  test("a wildcard is shown under the host's name as well", async () => {
    const wild = await make({ cn: "w", san: "DNS:*.example.net" }, authority);
    assert.equal(await problem(upload(whole(wild))), "done");
    assert.equal((await shown())?.subject, "CN=w");
  });

  test("for names below our domains the key is its own, even under TLSA", async () => {
    await tlsaIs("yes");
    const before = await current();
    const made = await make({ cn: "s", san: "DNS:mta-sts.ours.example" }, authority);
    const answer = await upload(whole(made));
    assert.ok(answer.outcome === "done");
    assert.equal(answer.hostKey, "none");
    assert.deepEqual(await current(), before);
    assert.equal((await shown("mta-sts.ours.example"))?.subject, "CN=s");
  });

  test("names that nobody asks this server for, and what is no chain, are refused", async () => {
    const strange = await make({ cn: "x", san: "DNS:www.elsewhere.example" }, authority);
    assert.equal(await problem(upload(whole(strange))), "notOurs");
    assert.equal(await problem(upload("hello")), "noCertificate");
    assert.equal(await problem(upload(leaf.cert)), "keyMissing");
    const long = UploadCertificate.safeParse({ chain: "x".repeat(70_000) });
    assert.equal(long.error?.issues[0]?.message, "error.upload.tooLong");
    assert.deepEqual(await listUploaded(ctx, cliActor), []);
  });

  test("taken away again, the server makes its own with the same key; others cannot be taken away", async () => {
    const answer = await upload(whole(leaf));
    assert.ok(answer.outcome === "done");
    const { certificateId } = answer;
    assert.equal(await removeCertificate(ctx, operator, { certificateId }), "done");
    assert.equal(await removeCertificate(ctx, operator, { certificateId }), "notFound");
    await ensureSelfSigned(pool, ctx.secrets, HOST);
    const own = await shown();
    assert.ok(own);
    assert.deepEqual(spkiOf(own.publicKey), spki(leaf));
    const [row] = await ctx.prisma.certificate.findMany({ where: { source: "self-signed" } });
    assert.equal(
      await removeCertificate(ctx, operator, { certificateId: row?.id ?? "" }),
      "notFound",
    );
  });

  test("it is told of without secrets", async () => {
    const before = new Date();
    const { certificateId = "" } = { ...(await upload(whole(leaf))) } as { certificateId?: string };
    await removeCertificate(ctx, operator, { certificateId });
    const told = await ctx.prisma.auditEntry.findMany({
      where: { at: { gte: before }, action: { startsWith: "certificate." } },
      orderBy: { at: "asc" },
    });
    assert.deepEqual(
      told.map(({ action, subject, actorName }) => [action, subject, actorName]),
      ["certificate.upload", "certificate.remove"].map((action) => [action, HOST, operator.name]),
    );
    const body = createPrivateKey(leaf.key).export({ type: "pkcs8", format: "der" });
    const text = JSON.stringify([told, await ctx.prisma.job.findMany()]);
    assert.ok(!text.includes("PRIVATE") && !text.includes(body.toString("base64").slice(40, 80)));
  });
});
