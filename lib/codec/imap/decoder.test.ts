import assert from "node:assert/strict";
import { test } from "node:test";
import { announcedLiteral } from "./command-text.ts";
import type { CommandText } from "./command-text.ts";
import { date, dateTime, formatDateTime } from "./date-syntax.ts";
import { Decoder, LiteralNeeded } from "./decoder.ts";
import { fetchArguments } from "./fetch-syntax.ts";
import { idParams } from "./id-syntax.ts";
import { createUse, listArguments } from "./list-syntax.ts";
import { searchArguments } from "./search-syntax.ts";
import { storeArguments } from "./store-syntax.ts";
import { ImapSyntaxError, UnknownCharsetError } from "./syntax-error.ts";

/** A command as the reader would have gathered it: "A{3}\r\nfoo B" → lines and literals. */
function gather(wire: string): CommandText {
  const text: CommandText = { lines: [], literals: [] };
  let rest = Buffer.from(wire);
  for (;;) {
    const end = rest.indexOf("\r\n");
    const line = end < 0 ? rest : rest.subarray(0, end);
    text.lines.push(line);
    const literal = end < 0 ? null : announcedLiteral(line);
    if (literal === null) return text;
    text.literals.push(rest.subarray(end + 2, end + 2 + literal.size));
    rest = rest.subarray(end + 2 + literal.size);
  }
}

const over = (wire: string, utf8 = false) => new Decoder(gather(wire), { utf8 });
function read<T>(wire: string, production: (d: Decoder) => T, utf8 = false): T {
  const d = over(wire, utf8);
  const value = production(d);
  d.end();
  return value;
}
const refused = (wire: string, production: (d: Decoder) => unknown, utf8 = false) =>
  assert.throws(() => read(wire, production, utf8), ImapSyntaxError, JSON.stringify(wire));

test("every byte is in its class as the ABNF says, and in no other", () => {
  const specials = new Set([...'(){ %*"\\]'].map((c) => c.charCodeAt(0)));
  for (let byte = 0; byte < 256; byte++) {
    const text: CommandText = { lines: [Buffer.from([byte])], literals: [] };
    const takes = (production: (d: Decoder) => unknown) => {
      try {
        const d = new Decoder(text);
        production(d);
        return d.atEnd;
      } catch (error) {
        assert.ok(error instanceof ImapSyntaxError);
        return false;
      }
    };
    const control = byte <= 0x1f || byte === 0x7f;
    const atom = byte <= 0x7f && !control && !specials.has(byte);
    assert.equal(
      takes((d) => d.atom()),
      atom,
      `ATOM-CHAR ${byte}`,
    );
    assert.equal(
      takes((d) => d.astring()),
      atom || byte === 0x5d,
      `ASTRING-CHAR ${byte}`,
    );
    assert.equal(
      takes((d) => d.tag()),
      (atom || byte === 0x5d) && byte !== 0x2b,
      `tag ${byte}`,
    );
    assert.equal(
      takes((d) => d.listMailbox()),
      (atom && byte !== 0x26) || byte === 0x5d || byte === 0x25 || byte === 0x2a,
      `list-char ${byte}`,
    );
    assert.equal(
      takes((d) => d.number()),
      byte >= 0x30 && byte <= 0x39,
      `DIGIT ${byte}`,
    );
    const quoted: CommandText = { lines: [Buffer.from([0x22, byte, 0x22])], literals: [] };
    const inQuotes = byte > 0 && byte <= 0x7f && ![0x0a, 0x0d, 0x22, 0x5c].includes(byte);
    let took = true;
    try {
      new Decoder(quoted).string();
    } catch {
      took = false;
    }
    assert.equal(took || byte === 0x22, inQuotes || byte === 0x22, `QUOTED-CHAR ${byte}`);
  }
});

test("strings: quoted, escaped, literal, and what is none", () => {
  const string = (d: Decoder) => d.string();
  assert.equal(read('"a b"', string), "a b");
  assert.equal(read('"a\\"\\\\b"', string), 'a"\\b');
  assert.equal(read('""', string), "");
  assert.equal(read("{3}\r\na b", string), "a b");
  assert.equal(read("{3+}\r\na\r\n", string), "a\r\n");
  assert.equal(read("{03+}\r\na b", string), "a b"); // number64 is 1*DIGIT
  assert.equal(read("{0}\r\n", string), "");
  assert.equal(read("{2}\r\n\xe4", string), "ä"); // two octets of UTF-8
  for (const bad of ['"a', '"a\\b"', '"a\\', "a", "{3 }\r\nabc", "{-1}", "~{1}\r\na"])
    refused(bad, string);
  refused("{1}\r\n\0", string);
  refused('"\xc3"', string);
  assert.equal(read('"ä"', string, true), "ä");
  assert.throws(
    () =>
      new Decoder(
        { lines: [Buffer.from('"\xff"', "latin1")], literals: [] },
        { utf8: true },
      ).string(),
    ImapSyntaxError,
  );
});

test("a literal that has not come yet is asked for", () => {
  const d = new Decoder({ lines: [Buffer.from("a {5}")], literals: [] });
  d.atom();
  assert.throws(
    () => d.sp().astring(),
    (error) => error instanceof LiteralNeeded && error.literal.size === 5 && error.literal.sync,
  );
});

test("nstring, numbers and lists keep to their bounds", () => {
  assert.equal(
    read("nil", (d) => d.nstring()),
    null,
  );
  assert.equal(
    read('"NIL"', (d) => d.nstring()),
    "NIL",
  );
  assert.equal(
    read("4294967295", (d) => d.number()),
    4294967295,
  );
  refused("4294967296", (d) => d.number());
  refused("0", (d) => d.nzNumber());
  assert.equal(
    read("9007199254740991", (d) => d.number64()),
    9007199254740991,
  );
  refused("9223372036854775808", (d) => d.number64());
  assert.deepEqual(
    read("(a b)", (d) => d.list((l) => l.atom())),
    ["a", "b"],
  );
  assert.deepEqual(
    read("()", (d) => d.listOrEmpty((l) => l.atom())),
    [],
  );
  for (const bad of ["()", "(a  b)", "( a)", "(a )", "(a", "(a)b"])
    refused(bad, (d) => d.list((l) => l.atom()));
  refused(`(${"a ".repeat(1000)}a)`, (d) => d.list((l) => l.atom()));
});

test("mailbox names: INBOX in any case, modified UTF-7 unless UTF-8 is on", () => {
  const mailbox = (d: Decoder) => d.mailbox();
  assert.equal(read("inBox", mailbox), "INBOX");
  assert.equal(read("inbox/x", mailbox), "INBOX/x");
  assert.equal(read("inboxes", mailbox), "inboxes");
  assert.equal(read('"Entw&APw-rfe"', mailbox), "Entwürfe");
  assert.equal(read('"Entw&APw-rfe"', mailbox, true), "Entw&APw-rfe");
  assert.equal(read('"Entwürfe"', mailbox, true), "Entwürfe");
  assert.equal(read("A]b", mailbox), "A]b");
  refused('"a&b"', mailbox);
  refused('"Entwürfe"', mailbox);
});

test("dates: days that exist", () => {
  assert.deepEqual(read("1-feb-2024", date), { year: 2024, month: 2, day: 1 });
  assert.deepEqual(read('"29-Feb-2024"', date), { year: 2024, month: 2, day: 29 });
  for (const bad of ["29-Feb-2023", "0-Jan-2024", "31-Apr-2024", "1-Foo-2024", "1-Jan-24"])
    refused(bad, date);
  const at = (text: string) => read(`"${text}"`, dateTime).toISOString();
  assert.equal(at("17-Jul-1996 02:44:25 -0700"), "1996-07-17T09:44:25.000Z");
  assert.equal(at(" 1-Mar-2023 00:30:00 +0100"), "2023-02-28T23:30:00.000Z");
  assert.equal(at("31-Dec-0050 23:30:00 -0100"), "0051-01-01T00:30:00.000Z");
  for (const bad of [
    "1-Mar-2023 00:30:00 +0100",
    "01-Mar-2023 24:00:00 +0000",
    "01-Mar-2023 00:00:00",
  ])
    refused(`"${bad}"`, dateTime);
  assert.equal(formatDateTime(new Date("2023-02-01T23:30:05Z")), " 1-Feb-2023 23:30:05 +0000");
});

test("FETCH: macros, items, sections, partials, modifiers", () => {
  const { set, items } = read(
    '1:3,7 (UID BODY.PEEK[1.2.HEADER.FIELDS (From "X y")]<0.10>)',
    fetchArguments,
  );
  assert.deepEqual(set, [
    { first: 1, last: 3 },
    { first: 7, last: 7 },
  ]);
  assert.deepEqual(items[1], {
    kind: "section",
    label: 'BODY[1.2.HEADER.FIELDS (From "X y")]',
    section: { part: [1, 2], text: "HEADER.FIELDS", fields: ["From", "X y"] },
    partial: { offset: 0, length: 10 },
    peek: true,
  });
  assert.equal(read("1 full", fetchArguments).items.length, 5);
  assert.equal(read("$ (FLAGS) (CHANGEDSINCE 12)", fetchArguments).modifiers.changedSince, 12);
  assert.equal(read("* rfc822.header", fetchArguments).items[0]?.kind, "section");
  assert.equal(read("1 (PREVIEW (LAZY) UID)", fetchArguments).items.length, 2);
  assert.equal(read("1 PREVIEW (LAZY)", fetchArguments).items.length, 1);
  assert.equal(read("1 PREVIEW (CHANGEDSINCE 5)", fetchArguments).modifiers.changedSince, 5);
  assert.equal(read("1 PREVIEW (LAZY) (CHANGEDSINCE 5)", fetchArguments).modifiers.changedSince, 5);
  for (const bad of [
    "0 FLAGS",
    "1 ()",
    "1 (FLAGS ALL)",
    "1 NOPE",
    "1 BODY[MIME]",
    "1 BODY[0]",
    "1 BODY[1.]",
    "1 BODY[HEADER.FIELDS]",
    "1 BODY[HEADER.FIELDS ()]",
    "1 BODY[]<0.0>",
    "1 BODY[]<5>",
    "1 BODY[TEXT.1]",
    "1 BODY.PEEK",
    "1 BINARY[1.MIME]",
    "1 FLAGS (CHANGEDSINCE 1 CHANGEDSINCE 2)",
    "1:2:3 FLAGS",
    "1, FLAGS",
  ])
    refused(bad, fetchArguments);
});

test("SEARCH: keys, nesting, charsets, returns", () => {
  assert.deepEqual(read(" UNSEEN FROM bob", searchArguments), {
    returns: null,
    page: null,
    items: [],
    key: {
      kind: "and",
      keys: [
        { kind: "not", key: { kind: "flag", flag: "\\Seen" } },
        { kind: "header", name: "from", value: "bob" },
      ],
    },
  });
  assert.deepEqual(read(" RETURN () 1:*", searchArguments).returns, ["ALL"]);
  assert.deepEqual(read(" RETURN (MIN COUNT MIN) OR (SEEN 2) NOT DRAFT", searchArguments).returns, [
    "MIN",
    "COUNT",
  ]);
  const latin = new Decoder({
    lines: [Buffer.from(" CHARSET ISO-8859-1 SUBJECT {1}"), Buffer.alloc(0)],
    literals: [Buffer.from([0xe4])],
  });
  assert.deepEqual(searchArguments(latin).key, { kind: "header", name: "subject", value: "ä" });
  assert.throws(() => read(" CHARSET X-NOPE ALL", searchArguments), UnknownCharsetError);
  assert.throws(() => read(" CHARSET base64 ALL", searchArguments), UnknownCharsetError);
  assert.equal(
    read(' MODSEQ "/flags/\\\\draft" all 620162338', searchArguments).key.kind,
    "modseq",
  );
  for (const bad of [
    "",
    " ",
    " NOPE",
    " (ALL",
    " OR ALL",
    " BEFORE 1-1-2020",
    " YOUNGER 0",
    " RETURN (X) ALL",
  ])
    refused(bad, searchArguments);
  refused(` ${"NOT ".repeat(60)}ALL`, searchArguments);
  refused(` ${"(".repeat(60)}ALL${")".repeat(60)}`, searchArguments);
  refused(` ALL${" ALL".repeat(1000)}`, searchArguments);
  refused(" CHARSET ISO-8859-1 ALL", searchArguments, true);
});

test("STORE, LIST, CREATE, ID", () => {
  assert.deepEqual(read("1 +FLAGS.SILENT (\\Seen $Junk)", storeArguments), {
    set: [{ first: 1, last: 1 }],
    action: "add",
    silent: true,
    flags: ["\\Seen", "$Junk"],
    unchangedSince: null,
  });
  assert.equal(read("1 (UNCHANGEDSINCE 7) FLAGS a b", storeArguments).unchangedSince, 7);
  assert.deepEqual(read("1 FLAGS ()", storeArguments).flags, []);
  for (const bad of ["1 FLAG (a)", "1 FLAGS", "1 FLAGS (\\*)", "1 ++FLAGS (a)"])
    refused(bad, storeArguments);
  assert.equal(read('"" *', listArguments).extended, false);
  const list = read(
    '(SUBSCRIBED RECURSIVEMATCH) "" ("a" %) RETURN (CHILDREN STATUS (UNSEEN))',
    listArguments,
  );
  assert.deepEqual(
    [list.select.recursiveMatch, list.returns.status, list.patterns],
    [true, ["UNSEEN"], ["a", "%"]],
  );
  for (const bad of ['(RECURSIVEMATCH) "" *', '(X) "" *', '"" () ', '"" * RETURN (X)'])
    refused(bad, listArguments);
  assert.deepEqual(read("(USE (\\Sent))", createUse), ["\\Sent"]);
  assert.equal(read('("name" "x" "os" NIL)', idParams).get("name"), "x");
  refused(
    `(${'"a" NIL '.repeat(31).trim()})`.replaceAll('"a"', () => `"${Math.random()}"`),
    idParams,
  );
});

test("noise never makes anything but a value or a syntax error", () => {
  const pieces = ["(", ")", '"', "\\", "{3}\r\n", "~{1+}\r\n", " ", "*", ":", ",", "1", "NOT", "OR", "BODY[", "]",
    "<0.1>", "HEADER.FIELDS", "FLAGS", "\0", "\xff", "\r", "UID", "RETURN", "&AAA-", "$", "CHARSET", "utf-16"]; // prettier-ignore
  const productions = [
    fetchArguments,
    searchArguments,
    storeArguments,
    listArguments,
    idParams,
    createUse,
    dateTime,
    (d: Decoder) => d.mailbox(),
  ];
  const rounds = Number(process.env.FUZZ ?? 4000);
  for (let i = 0; i < rounds; i++) {
    const length = 1 + Math.floor(Math.random() * 12);
    const wire = Array.from(
      { length },
      () => pieces[Math.floor(Math.random() * pieces.length)],
    ).join("");
    for (const production of productions) {
      try {
        read<unknown>(wire, production, i % 2 === 0);
      } catch (error) {
        const known =
          error instanceof ImapSyntaxError ||
          error instanceof LiteralNeeded ||
          error instanceof UnknownCharsetError;
        assert.ok(known, `${JSON.stringify(wire)}: ${String(error)}`);
      }
    }
  }
});
