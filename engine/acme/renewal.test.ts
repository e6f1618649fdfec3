/** Renewal windows asked of an authority (RFC 9773), over real HTTPS; and what is made of bad answers. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { pino } from "pino";
import { loadX509, newKeys, selfSigned } from "../../lib/mail/self-signed.ts";
import type { AcmeAccount } from "../../lib/storage/acme-accounts.ts";
import type { ManagedRow } from "../../lib/storage/managed-certificates.ts";
import { systemClock } from "../clock.ts";
import type { AcmeContext } from "./context.ts";
import { renewalIdOf } from "./issued.ts";
import { planRenewal } from "./renewal.ts";

/** The example of RFC 9773 §4.1. */
const KEY_ID = "69885b6b87464041e1b37b847ba0ae2cde01c8d4";
const SERIAL = "87654321";
const CERT_ID = "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE";
const DAY = 86_400_000;
const HOUR = DAY / 24;

const x509 = await loadX509();
const { algorithm, keys } = await newKeys();
const leaf = await x509.X509CertificateGenerator.createSelfSigned({
  ...{
    serialNumber: SERIAL,
    name: [{ CN: ["mx.example.test"] }],
    signingAlgorithm: algorithm,
    keys,
  },
  notBefore: new Date(Date.now() - DAY),
  notAfter: new Date(Date.now() + 89 * DAY),
  extensions: [new x509.AuthorityKeyIdentifierExtension(KEY_ID)],
});
const certificate = {
  ...{ names: ["mx.example.test"], certPem: leaf.toString("pem"), keyPem: "" },
  ...{ notBefore: leaf.notBefore, notAfter: leaf.notAfter },
};

const own = await selfSigned(["localhost"]);
let answer: { status?: number; retryAfter?: string; body: unknown } = { body: {} };
let hasAri = true;
const asked: string[] = [];
const server = createServer({ cert: own.certPem, key: own.keyPem }, (req, res) => {
  const base = `https://localhost:${port}`;
  asked.push(req.url ?? "");
  if (req.url === "/dir") {
    const more = hasAri ? { renewalInfo: `${base}/renewal-info` } : {};
    const endpoints = { newNonce: `${base}/n`, newAccount: `${base}/a`, newOrder: `${base}/o` };
    return res.end(JSON.stringify({ ...endpoints, ...more }));
  }
  const { status = 200, retryAfter, body } = answer;
  res.writeHead(status, retryAfter === undefined ? {} : { "retry-after": retryAfter });
  return res.end(typeof body === "string" ? body : JSON.stringify(body));
}).listen(0, "localhost");
await once(server, "listening");
const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
after(() => void server.close());

const account: AcmeAccount = {
  ...{ id: "1", directoryUrl: `https://localhost:${port}/dir`, contact: "", accountUrl: null },
  key: generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey,
  ...{ external: null, rootsPem: own.certPem, termsUrl: null, termsAgreedAt: null },
  ...{ caaIdentities: [], methods: ["http-01"] },
};
const row: ManagedRow = {
  nextAt: new Date(),
  ...{ id: "r", domainId: null, name: "mx.example.test", certificateId: "c", state: "issued" },
  ...{
    renewFrom: null,
    renewUntil: null,
    renewSource: null,
    failures: 0,
    orderUrl: null,
    method: null,
  },
};
const ctx = { clock: systemClock, log: pino({ level: "silent" }) } as AcmeContext; // all that a plan needs

const plan = (given: Partial<ManagedRow> = {}) =>
  planRenewal(ctx, account, {
    ...{ row: { ...row, ...given }, certificate, signal: AbortSignal.timeout(10_000) },
  });
const window = (fromMs: number, untilMs: number, more: object = {}) => ({
  suggestedWindow: {
    start: new Date(Date.now() + fromMs).toISOString(),
    end: new Date(Date.now() + untilMs).toISOString(),
  },
  ...more,
});

test("the certificate is named as the RFC's example names it", async () => {
  assert.equal(await renewalIdOf(certificate.certPem), CERT_ID);
});

test("the window is asked for, kept with its explanation, and asked for again as wished", async () => {
  const explanationURL = "https://ca.example/incident";
  answer = { retryAfter: "7200", body: window(10 * DAY, 12 * DAY, { explanationURL }) };
  asked.length = 0;
  const made = await plan();
  assert.deepEqual(asked, ["/dir", `/renewal-info/${CERT_ID}`]);
  assert.deepEqual([made.source, made.due, made.reasonUrl], ["ari", false, explanationURL]);
  assert.ok(Math.abs(made.nextAt.getTime() - Date.now() - 2 * HOUR) < 60_000);
  assert.ok(Math.abs(made.from.getTime() - Date.now() - 10 * DAY) < 60_000);
});

test("a window that is over means now: a revocation is coming", async () => {
  answer = { body: window(-2 * DAY, -DAY) };
  assert.equal((await plan()).due, true);
});

test("without such a service, and with answers that make no sense, the lifetime counts", async () => {
  const lifetime = async () => {
    const { source, due, from } = await plan();
    assert.deepEqual([source, due], ["lifetime", false]);
    assert.equal(from.getTime(), certificate.notAfter.getTime() - 30 * DAY);
  };
  for (const body of [
    "<html>",
    {},
    { suggestedWindow: { start: "soon", end: 3 } },
    window(DAY, 0),
  ]) {
    answer = { body };
    await lifetime();
  }
  answer = { status: 503, body: "" };
  await lifetime();
  answer = { body: "x".repeat(400_000) };
  await lifetime();
  // Later than the certificate lasts.
  answer = { body: window(200 * DAY, 210 * DAY) };
  await lifetime();
  hasAri = false;
  await lifetime();
  hasAri = true;
});

test("what the authority said before counts while it is silent", async () => {
  answer = { status: 503, body: "" };
  const renewFrom = new Date(Date.now() + 3 * DAY);
  const renewUntil = new Date(Date.now() + 4 * DAY);
  const made = await plan({ renewSource: "ari", renewFrom, renewUntil });
  assert.deepEqual([made.source, made.from, made.until], ["ari", renewFrom, renewUntil]);
});

test("certificates of one day do not all come at once, and each comes at the same moment", async () => {
  answer = { retryAfter: "86400", body: window(-DAY, DAY) };
  const due = await Promise.all(
    Array.from({ length: 20 }, async (_, i) => (await plan({ certificateId: `c${i}` })).due),
  );
  assert.ok(due.includes(true) && due.includes(false));
  const again = await plan({ certificateId: "c0" });
  assert.equal(again.due, due[0]);
});
