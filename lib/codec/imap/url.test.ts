import assert from "node:assert/strict";
import { test } from "node:test";
import { parseImapUrl, urlRespText } from "./url.ts";

const WHOLE = { part: [], text: null, fields: [] };
const PLAIN = { server: null, uidValidity: null, section: WHOLE, partial: null, auth: null };
const refused = (...urls: string[]) => {
  for (const url of urls) assert.equal(parseImapUrl(url), null, url);
};

test("a message of the mailbox, with everything that may follow, in any case", () => {
  assert.deepEqual(parseImapUrl("/INBOX/;UID=20"), { ...PLAIN, mailbox: "INBOX", uid: 20 });
  assert.deepEqual(
    parseImapUrl("/a/b;uidvalidity=385759045/;Uid=20/;section=1.2.MIME/;PARTIAL=7.100"),
    {
      ...PLAIN,
      mailbox: "a/b",
      uidValidity: 385759045,
      uid: 20,
      section: { part: [1, 2], text: "MIME", fields: [] },
      partial: { offset: 7, length: 100 },
    },
  );
  assert.deepEqual(parseImapUrl("/INBOX/;UID=1/;PARTIAL=0")?.partial, { offset: 0, length: null });
  assert.deepEqual(
    parseImapUrl("/x/;UID=1/;SECTION=HEADER.FIELDS%20(Subject%20%22To%22)")?.section,
    { part: [], text: "HEADER.FIELDS", fields: ["Subject", "To"] },
  );
});

test("names are percent-encoded UTF-8", () => {
  assert.equal(parseImapUrl("/Entw%C3%BCrfe/;UID=1")?.mailbox, "Entwürfe");
  assert.equal(parseImapUrl("/u%CC%88/;UID=1")?.mailbox, "\u00fc");
  assert.equal(
    parseImapUrl("/Other%20Users/a%40b.example/x%3by/;UID=1")?.mailbox,
    "Other Users/a@b.example/x;y",
  );
  refused(
    "/%FF/;UID=1",
    "/%00/;UID=1",
    "/a%0Db/;UID=1",
    "/%E9/;UID=1",
    "/%4/;UID=1",
    "/ü/;UID=1",
    "/a b/;UID=1",
  );
});

test("absolute URLs name a server, and maybe a user and how he signs in", () => {
  const server = (url: string) => parseImapUrl(url)?.server;
  assert.deepEqual(server("imap://joe%40a.example@Mail.Example/INBOX/;UID=1"), {
    user: "joe@a.example",
    host: "mail.example",
  });
  assert.deepEqual(server("IMAP://joe;AUTH=*@h:143/INBOX/;UID=1"), { user: "joe", host: "h" });
  assert.deepEqual(server("imap://;AUTH=PLAIN@h/INBOX/;UID=1"), { user: null, host: "h" });
  assert.deepEqual(server("//[::1]/INBOX/;UID=1"), { user: null, host: "[::1]" });
  refused(
    "imap:///INBOX/;UID=1",
    "imap://joe@a@h/INBOX/;UID=1",
    "imap://joe:secret@h/INBOX/;UID=1",
    "imap:INBOX/;UID=1",
    "imaps://h/INBOX/;UID=1",
    "http://h/INBOX/;UID=1",
  );
});

test("relative URLs start from the selected mailbox, dots go up", () => {
  const base = "work/Entwürfe";
  const mailbox = (url: string) => parseImapUrl(url, base)?.mailbox;
  assert.equal(mailbox("sent/;UID=1"), "work/sent");
  assert.equal(mailbox("./sent/;UID=1"), "work/sent");
  assert.equal(mailbox("../INBOX/;UID=1"), "INBOX");
  assert.equal(mailbox("../../../INBOX/;UID=1"), "INBOX");
  assert.equal(mailbox("/INBOX/;UID=1"), "INBOX");
  assert.equal(mailbox("/a/./../b/;UID=1"), "b");
  // RFC 3986 §5.2.3: the last segment is the mailbox, and it goes.
  assert.equal(mailbox(";UID=1"), "work");
  assert.equal(parseImapUrl(";UID=1", "INBOX"), null);
  assert.equal(parseImapUrl("INBOX/;UID=1")?.mailbox, "INBOX");
});

test("what is no message, or not as the grammar has it, is none", () => {
  refused(
    ...["", "/", "//", "/INBOX", "/INBOX/", "imap://h", "imap://h/", "/INBOX?SUBJECT%20x"],
    ...["/INBOX/;UID=0", "/INBOX/;UID=", "/INBOX/;UID=4294967296", "/INBOX/;UID=x", "/INBOX;UID=1"],
    ...["/INBOX;UIDVALIDITY=0/;UID=1", "/INBOX/;UID=1;UIDVALIDITY=2", "/INBOX/;UID=1/", "/;UID=1"],
    ...["/INBOX/;UID=1;section=1.5.9", "/INBOX/;UID=1/;SECTION=", "/INBOX/;UID=1/;SECTION=0"],
    ...[
      "/INBOX/;UID=1/;SECTION=1%20",
      "/INBOX/;UID=1/;SECTION=HEADER.FIELDS%20(%7B3%7D)",
      "/INBOX/;UID=1/;SECTION=1.",
    ],
    ...[
      "/INBOX/;UID=1/;PARTIAL=1.0",
      "/INBOX/;UID=1/;PARTIAL=x",
      "/INBOX/;UID=1/;PARTIAL=99999999999999999",
    ],
    ...["/INBOX/;UID=1/;PARTIAL=1/;SECTION=1", "/INBOX/;UID=1#x", `/${"a".repeat(9000)}/;UID=1`],
  );
});

test("URLAUTH: who may use it, until when, and what the token stands for", () => {
  const rump = "imap://joe@example.com/INBOX/;uid=20/;section=1.2;urlauth=submit+fred";
  const token = "91354a473744909de610943775f92038";
  assert.deepEqual(parseImapUrl(rump)?.auth, {
    expire: null,
    access: { kind: "submit", user: "fred" },
    token: null,
  });
  assert.deepEqual(parseImapUrl(`${rump}:internal:${token}`)?.auth?.token, {
    rump,
    mechanism: "INTERNAL",
    value: token,
  });
  const auth = (end: string) => parseImapUrl(`imap://joe@h/INBOX/;UID=1${end}`)?.auth;
  assert.deepEqual(auth(";EXPIRE=2026-03-02T10:00:00.5+01:00;URLAUTH=user+a%40b.example"), {
    expire: new Date("2026-03-02T09:00:00.500Z"),
    access: { kind: "user", user: "a@b.example" },
    token: null,
  });
  assert.equal(auth(";URLAUTH=AuthUser")?.access.kind, "authuser");
  assert.equal(auth(";URLAUTH=anonymous")?.access.kind, "anonymous");
  const whole = "imap://joe@h/INBOX/;UID=1";
  refused(
    ...[
      ";URLAUTH=",
      ";URLAUTH=stream",
      ";URLAUTH=user+",
      ";URLAUTH=user+a@b",
      ";URLAUTH=authuser+x",
    ].map((end) => whole + end),
    ...[
      ":internal:",
      ":internal:12",
      `:internal:${token}x`,
      `::${token}`,
      `:in ternal:${token}`,
    ].map((end) => `${whole};URLAUTH=authuser${end}`),
    ...[
      "2026-13-01T10:00:00Z",
      "2026-03-02",
      "2026-03-02T10:00:00",
      "tomorrow",
      "2026-03-02T10:00:61Z",
    ].map((end) => `${whole};EXPIRE=${end};URLAUTH=authuser`),
    `${whole};URLAUTH=authuser;EXPIRE=2026-03-02T10:00:00Z`,
    `${whole};EXPIRE=2026-03-02T10:00:00Z`,
  );
});

test("a refused URL is repeated so that it ends where the response code does", () => {
  assert.equal(urlRespText("/INBOX/;UID=1"), "/INBOX/;UID=1");
  assert.equal(urlRespText("a]b\r\nc\u00e9"), "a%5Db%0D%0Ac%C3%A9");
  assert.equal(urlRespText(""), "%20");
  assert.equal(urlRespText("x".repeat(5000)).length, 1000);
});

test("noise is refused or read, never anything else, and quickly", () => {
  const pieces = ["imap://", "h", "/", "//", ";UID=1", ";SECTION=", ";URLAUTH=authuser", ":internal:", "%41", "%", "..", "?", "]", "é", ";PARTIAL=1.2", "a".repeat(2000)]; // prettier-ignore
  const pick = () => pieces[Math.floor(Math.random() * pieces.length)];
  const started = performance.now();
  for (let round = 0; round < 2000; round++) {
    const url = Array.from({ length: 1 + (round % 8) }, pick).join("");
    parseImapUrl(url, "a/b");
  }
  assert.ok(performance.now() - started < 2000);
});
