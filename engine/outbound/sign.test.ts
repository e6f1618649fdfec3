import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { dkimVerify } from "mailauth";
import type { ByteSource, DkimSigner } from "../../lib/mail/ports.ts";
import { signMessage } from "./sign.ts";

const PEM = { type: "pkcs8", format: "pem" } as const;
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ed = generateKeyPairSync("ed25519");
const signers: DkimSigner[] = [
  { selector: "r1", algorithm: "rsa-sha256", privateKey: rsa.privateKey.export(PEM) as string },
  { selector: "e1", algorithm: "ed25519-sha256", privateKey: ed.privateKey.export(PEM) as string },
];
const spki = (key: typeof rsa.publicKey) => key.export({ type: "spki", format: "der" });
const txt: Record<string, string> = {
  "r1._domainkey.a.example": `v=DKIM1; k=rsa; p=${spki(rsa.publicKey).toString("base64")}`,
  "e1._domainkey.a.example": `v=DKIM1; k=ed25519; p=${spki(ed.publicKey).subarray(-32).toString("base64")}`,
};

const directory = (keys: DkimSigner[]) => ({ dkimSigners: async () => keys }) as never;
const source = (message: string, step = 256 * 1024): ByteSource => {
  const bytes = Buffer.from(message, "latin1");
  return {
    size: bytes.length,
    async *open() {
      for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
    },
  };
};

async function verdicts(signed: string): Promise<string[]> {
  const answer = await dkimVerify(Buffer.from(signed, "latin1"), {
    resolver: async (name: string) => [[txt[name] ?? ""]],
  } as never);
  return answer.results.map((result) => `${result.signingDomain} ${result.status.result}`);
}

const HELLO =
  "From: Ann <ann@a.example>\r\nTo: bob@b.example\r\nSubject:  two\r\n\tlines \r\n" +
  "Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@a.example>\r\nX-Other: x\r\n\r\n";

async function signed(message: string, step?: number): Promise<string> {
  const prefix = await signMessage(source(message, step), "a.example", directory(signers));
  return prefix.toString("latin1") + message;
}

const BOTH = ["a.example pass", "a.example pass"];

test("both keys sign, and mailauth agrees, whatever the body looks like", async () => {
  const bodies = [
    "",
    "x",
    "x\r\n",
    "\r\n",
    "\r\n\r\n a \t b \r\n\r\n\r\n",
    " \r\n\t\r\n",
    "a\r\n.\r\n \r\n",
  ];
  for (const body of bodies) {
    assert.deepEqual(await verdicts(await signed(HELLO + body)), BOTH, JSON.stringify(body));
  }
});

test("a message means the same however its source cuts it", async () => {
  for (let step = 1; step < 12; step++) {
    const message = `${HELLO}a  b \r\n\r\n c\t\r\n\r\n\r\n`;
    assert.deepEqual(await verdicts(await signed(message, step)), BOTH, `step ${step}`);
  }
});

test("lines stay within 78 characters and 8-bit headers survive", async () => {
  const message = HELLO.replace("two", "zw\xc3\xb6lf") + "body\r\n";
  const text = await signed(message);
  assert.deepEqual(await verdicts(text), BOTH);
  for (const line of text.split("\r\n")) assert.ok(line.length <= 78, line);
});

test("a changed body, a changed Subject, an added From or Reply-To break the signature", async () => {
  const text = await signed(`${HELLO}body\r\n`);
  const forgeries = [
    text.replace("body", "bodY"),
    text.replace("two", "three"),
    `From: eve@e.example\r\n${text}`,
    `Reply-To: eve@e.example\r\n${text}`,
    text.replace("X-Other", "Subject"),
  ];
  for (const forged of forgeries) {
    const answer = await verdicts(forged);
    assert.ok(
      !answer.some((verdict) => verdict.endsWith("pass")),
      `${forged.slice(0, 60)} ${answer}`,
    );
  }
});

test("what relays add does not break it", async () => {
  const text = await signed(`${HELLO}body\r\n`);
  assert.deepEqual(await verdicts(`Received: from x\r\nSender: list@l.example\r\n${text}`), BOTH);
  const bare = await signed("From: ann@a.example\r\n\r\nbody\r\n");
  assert.deepEqual(await verdicts(`Date: x\r\nMessage-ID: <2@x>\r\n${bare}`), BOTH);
  const twice = await verdicts(`Date: y\r\n${text}`);
  assert.ok(!twice.some((verdict) => verdict.endsWith("pass")));
});

test("no keys, no From, or only a body: no signature, and no stray line", async () => {
  const none = await signMessage(source(HELLO), "a.example", directory([]));
  assert.equal(none.length, 0);
  for (const message of ["To: b@b.example\r\n\r\nx\r\n", "\r\nFrom: a@a.example\r\n", ""]) {
    const prefix = await signMessage(source(message), "a.example", directory(signers));
    assert.equal(prefix.length, 0, JSON.stringify(message));
  }
});

test("40 MB of line ends before the last word cost no memory", async () => {
  const ends = Buffer.from("\r\n".repeat(128 * 1024));
  const message: ByteSource = {
    size: 0,
    async *open() {
      yield Buffer.from(HELLO);
      for (let n = 0; n < 160; n++) yield ends;
      yield Buffer.from("end");
    },
  };
  const before = process.memoryUsage().rss;
  assert.ok((await signMessage(message, "a.example", directory(signers))).length > 0);
  assert.ok(process.memoryUsage().rss - before < 30e6);
});
