import assert from "node:assert/strict";
import { test } from "node:test";
import { protocolName, receivedField } from "./received.ts";

const tls = { protocol: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384", servername: null };
const facts = {
  helo: "client.example",
  remoteAddress: "2001:db8::1",
  hostname: "mx.example.org",
  extended: true,
  tls,
  authenticated: true,
  smtputf8: false,
  id: "0190",
  onlyRecipient: { local: "ann smith", domain: "example.org" },
  at: new Date("2026-11-23T10:00:00Z"),
};

test("Received by RFC 5321 §4.4 and RFC 8314 §4.3", () => {
  assert.equal(
    receivedField(facts).replaceAll("\r\n ", " "),
    "Received: from client.example ([IPv6:2001:db8::1]) by mx.example.org with ESMTPSA (TLSv1.3)" +
      ' id 0190 for <"ann smith"@example.org> tls TLS_AES_256_GCM_SHA384;' +
      " Mon, 23 Nov 2026 10:00:00 +0000\r\n",
  );
});

test("protocol names of RFC 3848 and RFC 6531", () => {
  const name = (extended: boolean, secure: boolean, authenticated: boolean, smtputf8: boolean) =>
    protocolName({ extended, tls: secure ? tls : null, authenticated, smtputf8 });
  assert.equal(name(false, false, false, false), "SMTP");
  assert.equal(name(true, false, false, false), "ESMTP");
  assert.equal(name(true, true, false, false), "ESMTPS");
  assert.equal(name(true, false, true, false), "ESMTPA");
  assert.equal(name(true, true, true, false), "ESMTPSA");
  assert.equal(name(true, true, false, true), "UTF8SMTPS");
  assert.equal(name(true, true, true, true), "UTF8SMTPSA");
});
