/** The policy fetched as an outsider: from a real HTTPS server, with everything that can be wrong there. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { RequestListener } from "node:http";
import { after, test } from "node:test";
import { stsPolicy } from "../../engine/probes/sts-policy.ts";
import { policyText } from "../../lib/mail/mta-sts.ts";
import type { MtaStsPolicy } from "../../lib/mail/mta-sts.ts";
import { selfSigned } from "../../lib/mail/self-signed.ts";
import { startDnsServer } from "../support/dns-server.ts";
import { probeContext, probeTarget } from "./support.ts";

const HOST = "mta-sts.ours.example";
const MX = "mail.ours.example";
const dns = await startDnsServer({
  "ours.example": { MX: [{ preference: 10, exchange: MX }] },
  [HOST]: { CNAME: [MX] },
  [MX]: { A: ["127.0.0.1"] },
});
const { certPem: cert, keyPem: key } = await selfSigned([HOST]);
let answer: RequestListener = (_, res) => res.end();
const asked: string[] = [];
const server = createServer({ cert, key }, (req, res) => {
  asked.push(`${req.method} ${req.headers.host} ${req.url}`);
  answer(req, res);
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo; // of TCP: never a string
after(async () => {
  server.close();
  await dns.close();
});

const wanted: MtaStsPolicy = { mode: "enforce", mx: [MX], maxAge: 604_800 };

const serves =
  (body: string, status = 200, headers: Record<string, string> = {}): RequestListener =>
  (_, res) =>
    res.writeHead(status, { "content-type": "text/plain", ...headers }).end(body);

async function look(mtaSts: MtaStsPolicy = wanted, roots: readonly string[] | null = [cert]) {
  const ctx = probeContext(dns, { roots, settings: { httpsFetchPort: port } });
  const [result] = await stsPolicy.run(probeTarget({ mtaSts }), ctx);
  assert.ok(result);
  return [result.verdict, ...result.reasons.map((reason) => reason.key)];
}

test("the policy in force, served as it must be, is correct", async () => {
  answer = serves(policyText(wanted));
  assert.deepEqual(await look(), ["ok"]);
  assert.equal(asked.at(-1), `GET ${HOST} /.well-known/mta-sts.txt`);
});

test("testing could be stronger, none is not used, and a short age is said", async () => {
  for (const [policy, expected] of [
    [{ ...wanted, mode: "testing" }, ["weak", "sts.testing"]],
    [{ ...wanted, mode: "none", mx: [] }, ["off", "sts.none"]],
    [{ ...wanted, maxAge: 3_600 }, ["weak", "sts.shortAge"]],
  ] as const) {
    answer = serves(policyText(policy));
    assert.deepEqual(await look(policy), expected);
  }
});

test("a policy that differs says in what, and which exchange it leaves out", async () => {
  answer = serves(policyText({ mode: "testing", mx: ["old.example.net"], maxAge: 60 }));
  assert.deepEqual(await look(), [
    "different",
    ...["sts.mxNotCovered", "sts.otherMode", "sts.otherAge", "sts.otherMx"],
  ]);
});

test("a redirect is not followed; errors, other types, large and broken bodies are named", async () => {
  const cases: [RequestListener, string][] = [
    [serves("", 301, { location: "https://127.0.0.1:1/" }), "sts.redirect"],
    [serves("not here", 404), "sts.status"],
    [serves(policyText(wanted), 200, { "content-type": "text/html" }), "sts.contentType"],
    [serves("x".repeat(70_000)), "sts.tooLarge"],
    [serves("<html></html>"), "sts.bad"],
  ];
  for (const [listener, reason] of cases) {
    answer = listener;
    assert.deepEqual(await look(), ["different", reason]);
  }
});

test("a certificate that others would not accept is the first thing said", async () => {
  answer = serves(policyText(wanted));
  assert.deepEqual(await look(wanted, null), ["different", "sts.certificate"]);
});

test("no such host is missing; a silent DNS is not known", async () => {
  const saved = dns.zone[HOST];
  delete dns.zone[HOST];
  assert.deepEqual(await look(), ["missing", "probe.noAddress"]);
  dns.failures.set(HOST, "servfail");
  assert.deepEqual(await look(), ["unknown", "probe.dnsSilent"]);
  dns.failures.clear();
  if (saved) dns.zone[HOST] = saved;
});

test("an answer that never ends is cut", async () => {
  answer = (_, res) => {
    res.writeHead(200, { "content-type": "text/plain" });
    const drip = setInterval(() => res.write("x".repeat(10_000)), 5);
    res.on("close", () => clearInterval(drip));
  };
  assert.deepEqual(await look(), ["different", "sts.tooLarge"]);
});
