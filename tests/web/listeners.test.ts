/** The web process's own answers, over real sockets and TLS with SNI; Next is a stand-in here. */
import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { after, test } from "node:test";
import { connect, type PeerCertificate } from "node:tls";
import type { IncomingHttpHeaders } from "node:http";
import { cliActor } from "../../lib/service/actor.ts";
import { setHostName } from "../../lib/service/server-identity.ts";
import { selfSigned } from "../../lib/mail/self-signed.ts";
import { addCertificate } from "../../lib/storage/certificates.ts";
import { startWeb } from "../../server/web.ts";
import { newDomain, testRuntime } from "../support/service.ts";

const runtime = await testRuntime();
const { service: ctx } = runtime;
await newDomain(runtime, "ours.example");
const off = await newDomain(runtime, "off.example");
await ctx.prisma.domain.update({ where: { id: off }, data: { disabledAt: new Date() } });
const sends = await newDomain(runtime, "sends.example");
await ctx.prisma.domain.update({ where: { id: sends }, data: { mode: "send" } });
await newDomain(runtime, "enforced.example");
await ctx.prisma.domain.update({
  where: { name: "enforced.example" },
  data: { mtaStsMode: "enforce", mtaStsMaxAge: 86_400 },
});
await addCertificate(runtime.pool, ctx.secrets, {
  certificate: await selfSigned(["mta-sts.enforced.example"]),
  source: "uploaded",
});

const auto = [0] as const;
const seen: IncomingHttpHeaders[] = [];
const ports = { http: auto, https: auto } as never; // the mail protocols' ports are not this process's
const web = await startWeb({
  settings: {
    ports,
    bindAddress: "127.0.0.1",
    publicUrl: "https://console.example",
    proxyProtocolFrom: [],
  },
  runtime,
  pages: {
    async handle(req, res) {
      seen.push(req.headers);
      res.end(`page ${req.url}`);
    },
  },
  onError: (error) => assert.fail(String(error)),
});
after(() => web.stop());
const portOf = (protocol: string) => web.listeners.find((l) => l.protocol === protocol)?.port ?? 0;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function get(
  protocol: "http" | "https",
  host: string,
  path: string,
  headers = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const send = protocol === "https" ? httpsRequest : httpRequest;
    const req = send(
      {
        host: "127.0.0.1",
        port: portOf(protocol),
        path,
        headers: { host, ...headers },
        ...(protocol === "https" && { servername: host, rejectUnauthorized: false }),
        agent: false,
      },
      (res) => {
        let body = "";
        res.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
        res.on("end", () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body }));
      },
    );
    req.on("error", reject).end();
  });
}

function certificateFor(servername: string): Promise<PeerCertificate> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port: portOf("https"), rejectUnauthorized: false };
    const socket = connect({ ...options, ...(servername && { servername }) }, () => {
      resolve(socket.getPeerCertificate());
      socket.end();
    });
    socket.on("error", reject);
  });
}

const POLICY = "/.well-known/mta-sts.txt";

test("mta-sts.<domain> serves its policy by https: CRLF, text/plain, the server's name", async () => {
  const { status, headers, body } = await get("https", "mta-sts.ours.example", POLICY);
  assert.equal(status, 200);
  assert.match(headers["content-type"] ?? "", /^text\/plain/);
  assert.equal(
    body,
    "version: STSv1\r\nmode: testing\r\nmx: mail.example.net\r\nmax_age: 604800\r\n",
  );
});

test("the policy follows the domain's settings and the server's name at once", async () => {
  await setHostName(ctx, cliActor, { hostName: "mx.example.net" });
  const { body } = await get("https", "MTA-STS.enforced.example", POLICY);
  assert.equal(body, "version: STSv1\r\nmode: enforce\r\nmx: mx.example.net\r\nmax_age: 86400\r\n");
  await setHostName(ctx, cliActor, { hostName: "mail.example.net" });
});

test("no policy in clear, for strangers, for disabled domains, nor anything else at that name", async () => {
  for (const [protocol, host, path] of [
    ["http", "mta-sts.ours.example", POLICY],
    ["https", "mta-sts.strange.example", POLICY],
    ["https", "mta-sts.off.example", POLICY],
    ["https", "mta-sts.sends.example", POLICY],
    ["https", "mta-sts.ours.example", "/"],
    ["https", "mta-sts.ours.example", "/sign-in"],
  ] as const) {
    const { status } = await get(protocol, host, path);
    assert.equal(status, 404, `${protocol} ${host}${path}`);
  }
});

test("SNI chooses the certificate: of the database, made for a name of ours, else the host's", async () => {
  const name = async (servername: string) => (await certificateFor(servername)).subject.CN;
  assert.equal(await name("mta-sts.enforced.example"), "mta-sts.enforced.example");
  assert.equal(await name("mta-sts.ours.example"), "mta-sts.ours.example");
  assert.equal(await name("mta-sts.strange.example"), "mail.example.net");
  assert.equal(await name("anything.example"), "mail.example.net");
  assert.equal(await name(""), "mail.example.net");
});

test("health answers without a page: alive, and ready when the database is there", async () => {
  assert.equal((await get("http", "x", "/livez")).body, "ok\n");
  const ready = await get("https", "localhost", "/readyz");
  assert.deepEqual([ready.status, ready.body], [200, "ready\n"]);
});

test("every answer is hardened; HSTS is said by https alone", async () => {
  const clear = await get("http", "localhost", "/");
  const secure = await get("https", "localhost", "/");
  assert.equal(clear.headers["strict-transport-security"], undefined);
  assert.match(secure.headers["strict-transport-security"] ?? "", /max-age=\d{8}/);
  for (const { headers } of [clear, secure]) {
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["x-frame-options"], "DENY");
    assert.equal(headers["referrer-policy"], "same-origin");
  }
});

test("what a client says of itself is not believed", async () => {
  seen.length = 0;
  await get("http", "localhost", "/", {
    "x-forwarded-for": "1.2.3.4",
    "x-forwarded-proto": "https",
    "x-forwarded-host": "evil.example",
    "x-middleware-subrequest": "proxy:proxy:proxy",
    "x-posthorn-inner": "guess",
  });
  const headers = seen[0];
  assert.equal(headers?.["x-forwarded-for"], "127.0.0.1");
  assert.equal(headers["x-forwarded-proto"], "http");
  assert.equal(headers["x-forwarded-host"], undefined);
  assert.equal(headers["x-middleware-subrequest"], undefined);
});

test("in clear, the console's public name leads to https; address and localhost stay", async () => {
  const { status, headers } = await get("http", "console.example", "//evil.example/x?y=1");
  assert.deepEqual([status, headers.location], [308, "https://console.example/evil.example/x?y=1"]);
  assert.equal((await get("http", "localhost", "/sign-in")).body, "page /sign-in");
  assert.equal((await get("https", "console.example", "/home")).body, "page /home");
});

test("an absolute request target is its path at the host of the Host header; what is no path is refused", async () => {
  const ask = (target: string) => get("http", "localhost", target);
  assert.equal((await ask("http://evil.example/home?x=1")).body, "page /home?x=1");
  assert.equal((await ask("HTTPS://evil.example")).body, "page /");
  assert.equal((await ask("http://evil.example?x")).body, "page /?x");
  assert.equal((await ask("*")).status, 400);
});
