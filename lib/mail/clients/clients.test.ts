import assert from "node:assert/strict";
import { test } from "node:test";
import { childrenOf, leavesOf, readPlist, readXml, textOf } from "../../../tests/support/xml.ts";
import { autoconfigXml } from "./autoconfig.ts";
import { jsonAnswer, poxAnswer, poxError, readPoxRequest } from "./autodiscover.ts";
import { mobileConfig } from "./mobileconfig.ts";
import { automaticServers, clientSettings } from "./settings.ts";
import { xmlText } from "./xml.ts";

const STANDARD = clientSettings({ hostName: "mail.example.net", announced: null, listeners: [] });
const listeners = [
  { protocol: "smtp", port: 25 },
  { protocol: "imaps", port: 1993 },
  { protocol: "imap", port: 1143 },
  { protocol: "submission", port: 5870 },
];

test("ports: set by hand before bound before standard; what is not offered is not named", () => {
  assert.deepEqual(
    STANDARD.servers.map(({ protocol, port }) => `${protocol} ${port}`),
    ["imap 993", "pop3 995", "smtp 465"],
  );
  const bound = clientSettings({ hostName: "h.example", announced: null, listeners });
  assert.deepEqual(bound.servers, [
    { protocol: "imap", port: 1993, tls: "implicit" },
    { protocol: "imap", port: 1143, tls: "starttls" },
    { protocol: "smtp", port: 5870, tls: "starttls" },
  ]);
  const announced = {
    submissions: 465,
    submission: 587,
    imaps: 993,
    imap: null,
    pop3s: null,
    pop3: null,
  };
  const set = clientSettings({ hostName: "h.example", announced, listeners });
  assert.deepEqual(
    set.servers.map(({ protocol, port }) => `${protocol} ${port}`),
    ["imap 993", "smtp 465", "smtp 587"],
  );
});

test("found by itself is implicit TLS; STARTTLS only where a protocol has nothing else (RFC 8314 §3)", () => {
  const bound = clientSettings({ hostName: "h.example", announced: null, listeners });
  assert.deepEqual(automaticServers(bound), [
    { protocol: "imap", port: 1993, tls: "implicit" },
    { protocol: "smtp", port: 5870, tls: "starttls" },
  ]);
});

test("autoconfig: one provider, servers in order of preference, elements in the order of the schema", () => {
  const root = readXml(autoconfigXml("example.org", STANDARD));
  assert.equal(root.name, "clientConfig");
  assert.deepEqual(root.attributes, { version: "1.1" });
  const [provider] = root.children;
  assert.ok(provider);
  assert.deepEqual(provider.attributes, { id: "example.org" });
  assert.equal(textOf(provider, "domain"), "example.org");
  const servers = provider.children.filter(({ name }) => name.endsWith("Server"));
  assert.deepEqual(
    servers.map((server) => [server.name, server.attributes["type"], leavesOf(server)]),
    [
      ["incomingServer", "imap", expected(993)],
      ["incomingServer", "pop3", expected(995)],
      ["outgoingServer", "smtp", expected(465)],
    ],
  );
  assert.deepEqual(Object.keys(leavesOf(servers[0] ?? root)), Object.keys(expected(0)));
});

const expected = (port: number) => ({
  hostname: "mail.example.net",
  port: String(port),
  socketType: "SSL",
  authentication: "password-cleartext",
  username: "%EMAILADDRESS%",
});

const request = (
  address = "ann@example.org",
  schema = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a",
) => `<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006">
  <Request>
    <EMailAddress>${address}</EMailAddress>
    <AcceptableResponseSchema>${schema}</AcceptableResponseSchema>
  </Request>
</Autodiscover>`;

test("an autodiscover request is one address and our schema, however it is written", () => {
  const ann = { kind: "outlook", address: "ann@example.org", domain: "example.org" };
  assert.deepEqual(readPoxRequest(request()), ann);
  assert.deepEqual(readPoxRequest(request("  ann@example.org\n")), ann);
  const prefixed = request()
    .replace(/<(\/?)([A-Z])/g, "<$1a:$2")
    .replace("xmlns=", "xmlns:a=");
  assert.deepEqual(readPoxRequest(prefixed), ann);
  assert.deepEqual(readPoxRequest(request("o&apos;neil@Example.ORG")), {
    kind: "outlook",
    address: "o'neil@Example.ORG",
    domain: "example.org",
  });
});

test("everything else is 600 or 601: bombs, no or two addresses, other schemas, no XML", () => {
  const bomb = `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>${request("&b;")}`;
  const two = request().replace(
    "</Request>",
    "<EMailAddress>b@example.org</EMailAddress></Request>",
  );
  for (const text of [
    "",
    "{}",
    bomb,
    `<!doctype html>${request()}`,
    two,
    request(""),
    request("not an address"),
    request("&b;@example.org"),
    request("<b>ann@example.org</b>"),
    request(`${"a".repeat(500)}@example.org`),
    "<EMailAddress>ann@example.org</EMailAddress>",
  ])
    assert.equal(readPoxRequest(text).kind, "invalid", text.slice(0, 60));
  const mobile =
    "http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006";
  assert.equal(readPoxRequest(request("ann@example.org", mobile)).kind, "otherSchema");
});

test("a hostile request is read in linear time", () => {
  const start = process.cpuUsage();
  for (const part of [
    "<Autodiscover ",
    "<EMailAddress>",
    "<a:".repeat(2),
    "<",
    "<EMailAddress x",
    "a",
  ])
    readPoxRequest(`<Autodiscover>${part.repeat(65_536 / part.length)}`);
  const { user } = process.cpuUsage(start);
  assert.ok(user < 500_000, `${user} µs`);
});

test("the autodiscover answer: account, settings, one protocol each, the address as asked", () => {
  const root = readXml(poxAnswer(`o'neil&"<x>@example.org`, STANDARD));
  const [response] = root.children;
  assert.ok(response);
  assert.match(response.attributes["xmlns"] ?? "", /outlook\/responseschema\/2006a$/);
  const [account] = childrenOf(response, "Account");
  assert.ok(account);
  assert.equal(textOf(account, "Action"), "settings");
  const protocols = childrenOf(account, "Protocol").map(leavesOf);
  assert.deepEqual(
    protocols.map(({ Type, Port }) => `${Type} ${Port}`),
    ["IMAP 993", "POP3 995", "SMTP 465"],
  );
  for (const protocol of protocols) {
    assert.equal(protocol["Server"], "mail.example.net");
    assert.equal(protocol["LoginName"], `o'neil&"<x>@example.org`);
    assert.deepEqual(
      [protocol["SSL"], protocol["Encryption"], protocol["SPA"]],
      ["on", "SSL", "off"],
    );
  }
});

test("an autodiscover error is a document with its code", () => {
  const root = readXml(poxError(600, new Date("2026-01-02T03:04:05.678Z")));
  const error = root.children[0]?.children[0];
  assert.ok(error);
  assert.equal(textOf(error, "ErrorCode"), "600");
  assert.equal(error.attributes["Time"], "03:04:05.678");
});

test("autodiscover by JSON says where the document is, or what was wrong with the question", () => {
  const url = "https://autodiscover.example.org/autodiscover/autodiscover.xml";
  assert.deepEqual(jsonAnswer("ann@example.org", "AutoDiscoverV1", url), {
    status: 200,
    body: { Protocol: "AutodiscoverV1", Url: url },
  });
  assert.equal(
    jsonAnswer("ann@example.org", "ActiveSync", url).body["ErrorCode"],
    "InvalidProtocol",
  );
  assert.match(jsonAnswer("ann@example.org", null, url).body["ErrorMessage"] ?? "", /'Protocol'/);
  assert.match(jsonAnswer("nobody", "AutodiscoverV1", url).body["ErrorMessage"] ?? "", /'Email'/);
});

const account = {
  mailboxId: "0199a000-0000-7000-8000-000000000001",
  address: "ann@example.org",
  displayName: `Ann <&> "A"\u0000`,
  password: "0123456789abcdefghjkmnpqrstv",
};
const texts = { title: "Mail of ann@example.org", description: "Sets up Mail." };

test("an Apple profile: IMAP and submission with the password, and identifiers that never change", () => {
  const read = () =>
    readPlist(mobileConfig(account, STANDARD, texts) ?? "") as Record<string, unknown>;
  const profile = read();
  assert.equal(profile["PayloadType"], "Configuration");
  assert.equal(profile["PayloadIdentifier"], `net.example.mail.mailbox.${account.mailboxId}`);
  const [mail] = profile["PayloadContent"] as Record<string, unknown>[];
  assert.ok(mail);
  assert.equal(mail["PayloadType"], "com.apple.mail.managed");
  assert.equal(mail["EmailAccountName"], `Ann <&> "A"`);
  assert.deepEqual(
    ["IncomingMailServerPortNumber", "OutgoingMailServerPortNumber", "IncomingPassword"].map(
      (k) => mail[k],
    ),
    [993, 465, account.password],
  );
  const uuid = /^[0-9A-F]{8}-[0-9A-F]{4}-8[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/;
  assert.match(String(profile["PayloadUUID"]), uuid);
  assert.match(String(mail["PayloadUUID"]), uuid);
  assert.notEqual(mail["PayloadUUID"], profile["PayloadUUID"]);
  assert.deepEqual(read(), profile, "the same each time");
});

test("without IMAP or submission there is no profile", () => {
  const only = {
    hostName: "h.example",
    servers: STANDARD.servers.filter(({ protocol }) => protocol !== "smtp"),
  };
  assert.equal(mobileConfig(account, only, texts), null);
});

test("what XML cannot hold is left out, what it can stays", () => {
  assert.equal(xmlText("a\u0000\u0008\ud800\ufffe\tb😀é"), "a\tb😀é");
  assert.equal(
    xmlText(`<a b="c" d='e'>&amp;`),
    "&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;amp;",
  );
});
