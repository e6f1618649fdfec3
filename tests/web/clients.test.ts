/**
 * How mail programs find their settings, over real sockets and TLS with SNI: autoconfig, autodiscover, and
 * what nobody may find out there. Next is a stand-in that must not be reached.
 */
import assert from "node:assert/strict";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect as connectTcp } from "node:net";
import { after, test } from "node:test";
import { connect, type PeerCertificate } from "node:tls";
import { cliActor } from "../../lib/service/actor.ts";
import { setHostName } from "../../lib/service/server-identity.ts";
import { PROFILE_KEYS } from "../../lib/mail/server-profile.ts";
import { setSetting } from "../../lib/storage/settings.ts";
import { startWeb } from "../../server/web.ts";
import { newDomain, newMailbox, testRuntime } from "../support/service.ts";
import { childrenOf, leavesOf, readXml, textOf } from "../support/xml.ts";

const runtime = await testRuntime();
const { service: ctx } = runtime;
await newDomain(runtime, "ours.example");
await newDomain(runtime, "second.example");
await newMailbox(runtime, "ann", "ours.example");
const off = await newDomain(runtime, "off.example");
await ctx.prisma.domain.update({ where: { id: off }, data: { disabledAt: new Date() } });
const sends = await newDomain(runtime, "sends.example");
await ctx.prisma.domain.update({ where: { id: sends }, data: { mode: "send" } });

const ports = { http: [0], https: [0] } as never; // the mail protocols' ports are not this process's
const web = await startWeb({
  settings: { ports, bindAddress: "127.0.0.1", publicUrl: null, proxyProtocolFrom: [] },
  runtime,
  pages: {
    async handle(_req, res) {
      res.end("a page of the console");
    },
  },
  onError: (error) => assert.fail(String(error)),
});
after(() => web.stop());
const portOf = (protocol: string) => web.listeners.find((l) => l.protocol === protocol)?.port ?? 0;

interface Ask {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}
interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function ask(url: string, { method = "GET", body, headers = {} }: Ask = {}): Promise<Answer> {
  const { protocol, hostname, pathname, search } = new URL(url);
  const path = url.slice(url.indexOf("/", 8)); // as written: URL would tidy it up
  assert.ok(pathname !== "" && search !== undefined);
  return new Promise((resolve, reject) => {
    const secure = protocol === "https:";
    const req = (secure ? httpsRequest : httpRequest)(
      {
        host: "127.0.0.1",
        port: portOf(secure ? "https" : "http"),
        path,
        method,
        headers: { host: hostname, ...headers },
        ...(secure && { servername: hostname, rejectUnauthorized: false }),
        agent: false,
      },
      (res) => {
        let text = "";
        res.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        res.on("end", () =>
          resolve({ status: res.statusCode ?? 0, headers: res.headers, body: text }),
        );
      },
    );
    req.on("error", reject).end(body);
  });
}

const CONFIG = "/mail/config-v1.1.xml";
const WELL_KNOWN = "/.well-known/autoconfig/mail/config-v1.1.xml";
const POX = "/autodiscover/autodiscover.xml";

/** Servers of an autoconfig document as "type port socketType". */
function serversOf(body: string): string[] {
  const [provider] = readXml(body).children;
  assert.ok(provider);
  return provider.children
    .filter(({ name }) => name.endsWith("Server"))
    .map((server) => {
      const { port, socketType } = leavesOf(server);
      return `${server.attributes["type"]} ${port} ${socketType}`;
    });
}

const providerOf = (body: string) => readXml(body).children[0]?.attributes["id"];

test("autoconfig.<domain> and the well-known place answer by HTTPS and in clear, with one document", async () => {
  const bodies = new Set<string>();
  for (const url of [
    `https://autoconfig.ours.example${CONFIG}?emailaddress=ann%40ours.example`,
    `http://autoconfig.ours.example${CONFIG}?emailaddress=ann%40ours.example`,
    `https://ours.example${WELL_KNOWN}`,
    `http://ours.example${WELL_KNOWN}?emailaddress=ann@ours.example`,
    `https://AUTOCONFIG.Ours.Example.${CONFIG}`,
  ]) {
    const { status, headers, body } = await ask(url);
    assert.equal(status, 200, url);
    assert.match(headers["content-type"] ?? "", /^text\/xml/);
    assert.equal(headers["cache-control"], "no-store");
    bodies.add(body);
  }
  assert.equal(bodies.size, 1);
  const [body = ""] = bodies;
  assert.equal(providerOf(body), "ours.example");
  assert.deepEqual(serversOf(body), ["imap 993 SSL", "pop3 995 SSL", "smtp 465 SSL"]);
});

test("nothing in an answer depends on whether there is such a mailbox", async () => {
  const url = `https://autoconfig.ours.example${CONFIG}?emailaddress=`;
  const [known, unknown] = [
    await ask(`${url}ann@ours.example`),
    await ask(`${url}bob@ours.example`),
  ];
  assert.equal(known.body, unknown.body);
  const post = (address: string) => ask(`https://autodiscover.ours.example${POX}`, pox(address));
  const [ann, bob] = [await post("ann@ours.example"), await post("bob@ours.example")];
  assert.equal(ann.body.replaceAll("ann", "X"), bob.body.replaceAll("bob", "X"));
  assert.deepEqual(
    [ann.status, ann.headers["content-type"]],
    [bob.status, bob.headers["content-type"]],
  );
});

test("the ports are those of the engine, then those that somebody set", async () => {
  const listeners = [
    { protocol: "imaps", address: "::", port: 1993, tls: "implicit" },
    { protocol: "submission", address: "::", port: 5870, tls: "starttls" },
  ];
  const beat = {
    host: "h",
    pid: 1,
    version: "1",
    startedAt: new Date(),
    seenAt: new Date(),
    listeners,
  };
  await ctx.prisma.engineHeartbeat.create({ data: { id: "e", ...beat } });
  const url = `https://autoconfig.ours.example${CONFIG}`;
  assert.deepEqual(serversOf((await ask(url)).body), ["imap 1993 SSL", "smtp 5870 STARTTLS"]);
  const silent = { seenAt: new Date(Date.now() - 3_600_000) };
  await ctx.prisma.engineHeartbeat.update({ where: { id: "e" }, data: silent });
  assert.deepEqual(
    serversOf((await ask(url)).body),
    ["imap 1993 SSL", "smtp 5870 STARTTLS"],
    "a restart",
  );
  const set = {
    submissions: 465,
    submission: null,
    imaps: 993,
    imap: null,
    pop3s: null,
    pop3: null,
  };
  await setSetting(ctx.prisma, PROFILE_KEYS.services, set);
  assert.deepEqual(serversOf((await ask(url)).body), ["imap 993 SSL", "smtp 465 SSL"]);
  await ctx.prisma.setting.delete({ where: { key: PROFILE_KEYS.services } });
  await ctx.prisma.engineHeartbeat.delete({ where: { id: "e" } });
});

test("the server's name in the answer is the one that it has now", async () => {
  await setHostName(ctx, cliActor, { hostName: "mx.example.net" });
  const { body } = await ask(`https://autoconfig.ours.example${CONFIG}`);
  assert.match(body, /<hostname>mx\.example\.net<\/hostname>/);
  await setHostName(ctx, cliActor, { hostName: "mail.example.net" });
});

test("who follows MX to the server's own name is answered for the domain of the address", async () => {
  for (const host of ["autoconfig.mail.example.net", "autoconfig.example.net"]) {
    const { status, body } = await ask(`https://${host}${CONFIG}?emailaddress=ann@second.example`);
    assert.equal(status, 200, host);
    assert.equal(providerOf(body), "second.example");
    assert.equal(
      (await ask(`https://${host}${CONFIG}?emailaddress=a@strange.example`)).status,
      404,
    );
    assert.equal((await ask(`https://${host}${CONFIG}`)).status, 404);
  }
});

test("strangers' and disabled domains, other paths and methods: 404, and never a page of the console", async () => {
  for (const [url, options] of [
    [`https://autoconfig.strange.example${CONFIG}`],
    [`https://autoconfig.strange.example${CONFIG}?emailaddress=ann@ours.example`],
    [`https://autoconfig.off.example${CONFIG}`],
    [`https://autoconfig.sends.example${CONFIG}`],
    [`https://autoconfig.ours.example/`],
    [`https://autoconfig.ours.example/sign-in`],
    [`https://autoconfig.ours.example${POX}`],
    [`https://autodiscover.ours.example/`],
    [`https://autodiscover.ours.example/home`],
    [`https://autodiscover.ours.example${CONFIG}`],
    [`https://autodiscover.strange.example${POX}`],
    [`https://strange.example${WELL_KNOWN}`],
    [`https://off.example${WELL_KNOWN}`],
    [`https://ours.example${CONFIG}x`, { method: "GET" }],
    [`https://autoconfig.ours.example${CONFIG}`, { method: "POST", body: "x" }],
    [`https://autodiscover.ours.example${POX}`, { method: "PUT", body: "x" }],
    [`http://autodiscover.ours.example${POX}`, { method: "POST", body: "x" }],
    [
      `http://autodiscover.ours.example/autodiscover/autodiscover.json?Email=a@ours.example&Protocol=AutodiscoverV1`,
    ],
  ] as const) {
    const { status, body } = await ask(url, options);
    if (url.startsWith("https://ours.example")) assert.equal(body, "a page of the console", url);
    else assert.deepEqual([status, body], [404, "Not found\r\n"], url);
  }
});

test("HEAD answers like GET, without the document", async () => {
  const { status, headers, body } = await ask(`https://autoconfig.ours.example${CONFIG}`, {
    method: "HEAD",
  });
  assert.equal(status, 200);
  assert.ok(Number(headers["content-length"]) > 100);
  assert.equal(body, "");
});

const SCHEMA = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";
function pox(address: string, schema = SCHEMA): Ask {
  const body = `<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006">
<Request><EMailAddress>${address}</EMailAddress>
<AcceptableResponseSchema>${schema}</AcceptableResponseSchema></Request></Autodiscover>`;
  return { method: "POST", body, headers: { "content-type": "text/xml" } };
}

/** The error code of a document, or null when it is none. */
function errorOf(body: string): string | null {
  const error = readXml(body).children[0]?.children.find(({ name }) => name === "Error");
  return error ? textOf(error, "ErrorCode") : null;
}

test("autodiscover answers a POST in any case of its path, at both names of the domain", async () => {
  for (const url of [
    `https://autodiscover.ours.example${POX}`,
    "https://autodiscover.ours.example/Autodiscover/Autodiscover.xml",
    "https://autodiscover.ours.example/AutoDiscover/AutoDiscover.XML",
    `https://ours.example${POX}`,
  ]) {
    const { status, body } = await ask(url, pox("ann@ours.example"));
    assert.equal(status, 200, url);
    const [response] = readXml(body).children;
    const [account] = response ? childrenOf(response, "Account") : [];
    assert.ok(account, body);
    const protocols = childrenOf(account, "Protocol").map(leavesOf);
    assert.deepEqual(
      protocols.map(({ Type, Server, Port, LoginName }) => [Type, Server, Port, LoginName]),
      [
        ["IMAP", "mail.example.net", "993", "ann@ours.example"],
        ["POP3", "mail.example.net", "995", "ann@ours.example"],
        ["SMTP", "mail.example.net", "465", "ann@ours.example"],
      ],
    );
  }
});

test("autodiscover errors: 600 for no request of ours, 601 for another schema, 500 for another's domain", async () => {
  const url = `https://autodiscover.ours.example${POX}`;
  const bomb = `<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "${"&l;".repeat(50)}">]>`;
  for (const [code, options] of [
    ["600", {}],
    ["600", { method: "POST", body: "" }],
    ["600", { method: "POST", body: "{}" }],
    ["600", { method: "POST", body: "\u0000".repeat(100) }],
    ["600", { ...pox("&m;"), body: bomb + pox("&m;").body }],
    ["500", pox("ann@strange.example")],
    ["600", pox("nobody")],
    ["600", pox('ann"><x>@ours.example')],
    ["601", pox("ann@ours.example", SCHEMA.replace("outlook", "mobilesync"))],
  ] as const) {
    const { status, body } = await ask(url, options);
    assert.equal(status, 200);
    assert.equal(errorOf(body), code, JSON.stringify(options).slice(0, 200));
  }
});

test("an address with every sign that XML and HTTP care about comes back as text", async () => {
  const { body, headers } = await ask(
    `https://autodiscover.ours.example${POX}`,
    pox("o&apos;ne{il}&amp;|co@ours.example"),
  );
  const [response] = readXml(body).children;
  const [user] = response ? childrenOf(response, "User") : [];
  assert.equal(user && textOf(user, "DisplayName"), "o'ne{il}&|co@ours.example");
  assert.equal(headers["content-type"], "text/xml; charset=utf-8");
});

test("a body that is too large is refused before it is read, said or not said how large", async () => {
  const url = `https://autodiscover.ours.example${POX}`;
  const large = "x".repeat(40_000);
  assert.equal((await ask(url, { method: "POST", body: large })).status, 413);
  const chunked = { method: "POST", body: large, headers: { "transfer-encoding": "chunked" } };
  assert.equal((await ask(url, chunked)).status, 413);
});

test("in clear, autodiscover leads to HTTPS and takes no body", async () => {
  const { status, headers } = await ask(
    `http://autodiscover.ours.example/Autodiscover/autodiscover.xml`,
  );
  assert.deepEqual(
    [status, headers.location],
    [302, "https://autodiscover.ours.example/autodiscover/autodiscover.xml"],
  );
});

test("autodiscover by JSON says where the document is, at the name that was asked", async () => {
  const base = "https://autodiscover.ours.example/autodiscover/autodiscover.json";
  for (const [path, status, key, value] of [
    [
      "?Email=ann@ours.example&Protocol=AutodiscoverV1",
      200,
      "Url",
      `https://autodiscover.ours.example${POX}`,
    ],
    ["?email=ann%40ours.example&protocol=autodiscoverv1", 200, "Protocol", "AutodiscoverV1"],
    ["/v1.0/ann@ours.example?Protocol=AutodiscoverV1", 200, "Protocol", "AutodiscoverV1"],
    ["?Email=ann@ours.example&Protocol=ActiveSync", 400, "ErrorCode", "InvalidProtocol"],
    ["?Email=ann@ours.example", 400, "ErrorCode", "MandatoryParameterMissing"],
    ["/v1.0/%ff?Protocol=AutodiscoverV1", 400, "ErrorCode", "MandatoryParameterMissing"],
    ["", 400, "ErrorCode", "MandatoryParameterMissing"],
  ] as const) {
    const answer = await ask(base + path);
    assert.equal(answer.status, status, path);
    assert.match(answer.headers["content-type"] ?? "", /^application\/json/);
    const body: unknown = JSON.parse(answer.body);
    assert.equal(Reflect.get(Object(body), key), value, path);
  }
  const withPort = { headers: { host: "autodiscover.ours.example:8443" } };
  const { body } = await ask(`${base}?Email=a@ours.example&Protocol=AutodiscoverV1`, withPort);
  assert.match(body, /https:\/\/autodiscover\.ours\.example:8443\//);
});

test("odd hosts and paths harm nobody", async () => {
  for (const host of [
    "autoconfig.",
    "autoconfig",
    "autoconfig.[::1]",
    "autoconfig.ours.example:99999999",
    "autoconfig.%00",
    "autoconfig.💥",
  ]) {
    const lines = [
      "GET /mail/config-v1.1.xml HTTP/1.1",
      `Host: ${host}`,
      "Connection: close",
      "",
      "",
    ];
    const text = await raw(lines.join("\r\n"));
    assert.match(text, /^HTTP\/1\.1 (404|400|200) /, host);
    assert.doesNotMatch(text, /<hostname>(?!mail\.example\.net)/);
  }
  for (const path of [
    "/mail/config-v1.1.xml?emailaddress=%00%ff",
    "/mail/config-v1.1.xml?" + "&".repeat(5_000),
    "//mail/config-v1.1.xml",
  ]) {
    const { status } = await ask(`https://autoconfig.ours.example${path}`);
    assert.ok(status === 200 || status === 404, path.slice(0, 60));
  }
});

function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connectTcp(portOf("http"), "127.0.0.1", () => socket.write(text));
    socket.setEncoding("utf8").on("data", (chunk: string) => (answer += chunk));
    socket.on("error", reject).on("close", () => resolve(answer));
  });
}

function certificateFor(servername: string): Promise<PeerCertificate> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port: portOf("https"), rejectUnauthorized: false };
    const socket = connect({ ...options, servername }, () => {
      resolve(socket.getPeerCertificate());
      socket.end();
    });
    socket.on("error", reject);
  });
}

test("TLS answers as the names of mail programs for domains of ours alone", async () => {
  const name = async (servername: string) => (await certificateFor(servername)).subject.CN;
  assert.equal(await name("autoconfig.ours.example"), "autoconfig.ours.example");
  assert.equal(await name("autodiscover.ours.example"), "autodiscover.ours.example");
  assert.equal(await name("autoconfig.strange.example"), "mail.example.net");
  assert.equal(await name("autodiscover.off.example"), "mail.example.net");
});
