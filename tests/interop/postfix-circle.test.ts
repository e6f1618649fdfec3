import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import nodemailer from "nodemailer";
import type { OpenFolder } from "../../lib/mail/ports.ts";
import { until } from "../support/until.ts";
import { PASSWORD, startTestEngine, type TestEngine } from "../support/engine.ts";
import { keysAreSeen } from "../support/signing.ts";
import { freePort } from "../support/free-port.ts";
import { missingPostfix, startPostfix, type Postfix } from "../support/postfix.ts";

const skip = missingPostfix();
let engine: TestEngine;
let postfix: Postfix;

before(async () => {
  if (skip) return;
  const port = await freePort();
  engine = await startTestEngine({
    mailboxes: ["alice@example.test"],
    settings: { smtpDeliveryPort: port },
    zone: {
      "b.example": { MX: [{ preference: 10, exchange: "mx.b.example" }] },
      "mx.b.example": { A: ["127.0.0.1"] },
    },
  });
  await keysAreSeen(engine.services.prisma, "example.test");
  const relayHost = `[127.0.0.1]:${engine.ports.smtp}`;
  postfix = await startPostfix({ mailboxes: ["bob@b.example"], port, relayHost });
});
after(async () => {
  if (skip) return;
  await engine.stop();
  await postfix.stop();
});

async function inbox(): Promise<OpenFolder> {
  return engine.engine.ctx.store.openFolder(await engine.mailboxId("alice@example.test"), "INBOX");
}

async function textOf(folder: OpenFolder, row: number): Promise<string> {
  let text = "";
  const { store } = engine.engine.ctx;
  for await (const chunk of store.readBlob(folder.blobAt(row))) text += chunk.toString("utf8");
  return text;
}

test(
  "submitted to us, delivered to Postfix; sent by Postfix, delivered by us",
  { skip },
  async () => {
    const client = nodemailer.createTransport({
      ...{ host: "127.0.0.1", port: engine.ports.submission, tls: { rejectUnauthorized: false } },
      auth: { user: "alice@example.test", pass: PASSWORD },
    });
    await client.sendMail({
      ...{ from: "alice@example.test", to: "bob@b.example", subject: "there", text: ".\nhello\n" },
    });
    await until(() => postfix.inbox("bob@b.example").length > 0, "bob's mail");
    const [got = ""] = postfix.inbox("bob@b.example");
    assert.match(got, /^DKIM-Signature: v=1; a=rsa-sha256/m);
    assert.match(got, /^DKIM-Signature: v=1; a=ed25519-sha256/m);
    assert.match(got, /\n\n\.\nhello\n$/);

    const reply = "From: bob@b.example\nTo: alice@example.test\nSubject: back\n\n.\nsmtp\n";
    await postfix.sendmail("bob@b.example", "alice@example.test", reply);
    const folder = await inbox();
    await until(() => folder.count > 0, "alice's mail");
    assert.match(
      await textOf(folder, 0),
      /^Return-Path: <bob@b\.example>\r\n[^]*\r\n\r\n\.\r\nsmtp\r\n$/,
    );
    folder.close();
  },
);

test(
  "what Postfix refuses comes back to alice; what we refuse comes back to bob",
  { skip },
  async () => {
    const folder = await inbox();
    const before = folder.count;
    const client = nodemailer.createTransport({
      ...{ host: "127.0.0.1", port: engine.ports.submission, tls: { rejectUnauthorized: false } },
      auth: { user: "alice@example.test", pass: PASSWORD },
    });
    await client.sendMail({
      ...{ from: "alice@example.test", to: "nobody@b.example", subject: "lost", text: "x" },
    });
    await until(() => folder.count > before, "alice's notice");
    const notice = await textOf(folder, folder.count - 1);
    assert.match(
      notice,
      /Final-Recipient: rfc822; nobody@b\.example\r\nAction: failed\r\nStatus: 5\.1\.1\r\n/,
    );
    folder.close();

    const lost = "From: bob@b.example\nTo: gone@example.test\nSubject: lost\n\nx\n";
    await postfix.sendmail("bob@b.example", "gone@example.test", lost);
    const isNotice = (text: string) => /Status: 5\.1\.1\n/.test(text);
    await until(() => postfix.inbox("bob@b.example").some(isNotice), "bob's notice");
  },
);
