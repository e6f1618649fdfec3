import assert from "node:assert/strict";
import { test } from "node:test";
import { corpus } from "../../../tests/support/corpus.ts";
import { shownType, type ByteRange, type Part, type Structure } from "./structure.ts";
import { StructureParser } from "./structure-parser.ts";

/** A transcript of a message: lines joined with CRLF. */
const mail = (...lines: string[]) => Buffer.from(lines.join("\r\n"), "latin1");

function parse(...chunks: Buffer[]): { structure: Structure; preview: string } {
  const parser = new StructureParser();
  for (const chunk of chunks) parser.push(chunk);
  const structure = parser.finish();
  return { structure, preview: parser.preview };
}

const slice = (octets: Buffer, { offset, length }: ByteRange) =>
  octets.toString("latin1", offset, offset + length);
const endOf = ({ offset, length }: ByteRange) => offset + length;

/** "multipart/mixed(text/plain, message/rfc822(text/html))" */
function sketch(part: Part): string {
  const inside = part.message ? [part.message.part] : (part.parts ?? []);
  const name = `${part.type}/${part.subtype}`;
  return inside.length === 0 ? name : `${name}(${inside.map(sketch).join(", ")})`;
}

/** Header and body touch, children lie in order inside their parent, lines are what one counts. */
function assertTiles(octets: Buffer, part: Part, name: string): void {
  assert.equal(endOf(part.header), part.body.offset, `${name}: header touches body`);
  const body = octets.subarray(part.body.offset, endOf(part.body));
  let ends = 0;
  for (let at = body.indexOf(10); at >= 0; at = body.indexOf(10, at + 1)) ends++;
  const open = body.length > 0 && body.at(-1) !== 10 ? 1 : 0;
  assert.equal(part.lines, ends + open, `${name}: lines of ${sketch(part)}`);
  const inside = part.message ? [part.message.part] : (part.parts ?? []);
  let at = part.body.offset;
  for (const child of inside) {
    assert.ok(child.header.offset >= at, `${name}: children in order`);
    at = endOf(child.body);
    assert.ok(at <= endOf(part.body), `${name}: child inside its parent`);
    assertTiles(octets, child, name);
  }
  if (part.message) assert.deepEqual(part.message.part.header.offset, part.body.offset);
  if (part.message) assert.equal(endOf(part.message.part.body), endOf(part.body));
}

function assertSound(octets: Buffer, name: string): Structure {
  const { structure, preview } = parse(octets);
  assert.equal(structure.size, octets.length, name);
  assert.equal(structure.root.header.offset, 0, name);
  assert.equal(endOf(structure.root.body), octets.length, `${name}: root covers the message`);
  assertTiles(octets, structure.root, name);
  const json = JSON.stringify(structure);
  assert.deepEqual(JSON.parse(json), structure, `${name}: survives JSON`);
  assert.ok(!/\\u0000|\\ud[89a-f]/i.test(json + JSON.stringify(preview)), `${name}: fits jsonb`);
  return structure;
}

const NESTED = mail(
  "From: Jane Doe <jane@example.com>",
  "Message-ID: <2@example.com>",
  "References: <0@example.com>",
  " <1@example.com>",
  "Content-Type: multipart/mixed; boundary=outer",
  "",
  "preamble",
  "--outer",
  "Content-Type: multipart/alternative; boundary=inner",
  "",
  "--inner",
  "",
  "Good morning,",
  "and good night",
  "--inner",
  "Content-Type: text/html; charset=utf-8",
  "",
  "<p>Good morning,",
  "--inner--",
  "epilogue",
  "--outer",
  "Content-Type: message/rfc822",
  "Content-Disposition: attachment; filename=old.eml",
  "",
  "Subject: old",
  "Content-Type: multipart/mixed; boundary=deep",
  "",
  "--deep",
  "",
  "forwarded",
  "--deep--",
  "--outer--",
  "after",
  "",
);

test("parts, ranges and envelopes of a nested message", () => {
  const structure = assertSound(NESTED, "nested");
  assert.equal(
    sketch(structure.root),
    "multipart/mixed(multipart/alternative(text/plain, text/html), message/rfc822(multipart/mixed(text/plain)))",
  );
  const [alternative, forwarded] = structure.root.parts ?? [];
  const [plain, html] = alternative?.parts ?? [];
  assert.ok(plain && html && forwarded?.message);
  assert.equal(slice(NESTED, plain.header), "\r\n");
  assert.equal(slice(NESTED, plain.body), "Good morning,\r\nand good night");
  assert.equal(plain.lines, 2);
  assert.equal(slice(NESTED, html.header), "Content-Type: text/html; charset=utf-8\r\n\r\n");
  assert.equal(forwarded.message.envelope.subject, "old");
  assert.deepEqual(forwarded.disposition, {
    type: "attachment",
    params: [["filename", "old.eml"]],
  });
  assert.equal(slice(NESTED, forwarded.message.part.parts?.[0]?.body ?? plain.body), "forwarded");
  assert.deepEqual(structure.references, ["0@example.com", "1@example.com"]);
  assert.equal(structure.envelope.messageId, "<2@example.com>");
  assert.equal(structure.truncated, false);
});

test("a message means the same however it is cut", () => {
  const whole = parse(NESTED);
  for (let cut = 0; cut <= NESTED.length; cut++) {
    assert.deepEqual(parse(NESTED.subarray(0, cut), NESTED.subarray(cut)), whole, `cut at ${cut}`);
  }
  const octets = Array.from(NESTED, (byte) => Buffer.from([byte]));
  assert.deepEqual(parse(...octets), whole, "byte by byte");
});

test("a chunk belongs to the caller again after push", () => {
  const parser = new StructureParser();
  const chunk = Buffer.alloc(7);
  for (let at = 0; at < NESTED.length; at += chunk.length) {
    const length = NESTED.copy(chunk, 0, at);
    parser.push(chunk.subarray(0, length));
    chunk.fill(0x2d);
  }
  assert.deepEqual(parser.finish(), parse(NESTED).structure);
  assert.equal(parser.preview, parse(NESTED).preview);
});

test("every beginning of a message is a message", () => {
  for (let end = 0; end <= NESTED.length; end++) assertSound(NESTED.subarray(0, end), `to ${end}`);
});

test("line ends may be LF alone", () => {
  const octets = Buffer.from(NESTED.toString("latin1").replaceAll("\r\n", "\n"), "latin1");
  const structure = assertSound(octets, "LF");
  assert.equal(sketch(structure.root), sketch(parse(NESTED).structure.root));
  const plain = structure.root.parts?.[0]?.parts?.[0];
  assert.ok(plain);
  assert.equal(slice(octets, plain.body), "Good morning,\nand good night");
});

test("a bare CR ends no line, and CR CR LF is not an empty line", () => {
  const octets = mail("Subject: a\rb", "X: y", "\r", "Z: 1", "", "body");
  const { root, envelope } = assertSound(octets, "CR");
  assert.equal(slice(octets, root.body), "body");
  assert.equal(envelope.subject, "a b");
});

test("an empty message, a header alone, a body alone", () => {
  assert.deepEqual(assertSound(mail(""), "empty").root, {
    header: { offset: 0, length: 0 },
    body: { offset: 0, length: 0 },
    lines: 0,
    type: "text",
    subtype: "plain",
    params: [["charset", "us-ascii"]],
    encoding: "7bit",
  });
  assert.equal(assertSound(mail("Subject: x"), "no line end").envelope.subject, "x");
  assert.equal(assertSound(mail("Subject: x", ""), "no empty line").root.body.length, 0);
  const body = assertSound(mail("", "only a body"), "no header");
  assert.equal(body.root.header.length, 2);
  assert.equal(body.root.lines, 1);
});

test("without an empty line everything is header, also what is no field", () => {
  const octets = mail("From someone Mon Jan 1", "Subject: kept", "this is no field", "To: a@b.c");
  const { root, envelope } = assertSound(octets, "no fields");
  assert.equal(root.header.length, octets.length);
  assert.equal(envelope.subject, "kept");
  assert.equal(envelope.to[0]?.host, "b.c");
});

test("a multipart without its delimiters is shown as octets", () => {
  for (const type of [
    'multipart/mixed; boundary="never seen"',
    "multipart/mixed",
    'multipart/mixed; boundary=""',
    `multipart/mixed; boundary=${"x".repeat(300)}`,
  ]) {
    const { root } = assertSound(mail(`Content-Type: ${type}`, "", "--x", "", "--", "----"), type);
    assert.equal(root.parts, undefined);
    assert.deepEqual(shownType(root), { type: "application", subtype: "octet-stream", params: [] });
  }
});

test("a boundary that begins another does not end it", () => {
  const octets = mail(
    "Content-Type: multipart/mixed; boundary=a",
    "",
    "--a",
    "Content-Type: multipart/mixed; boundary=ab",
    "",
    "--ab",
    "",
    "one",
    "--abc",
    "--ab--",
    "--a",
    "",
    "two",
    "--a--",
  );
  const { root } = assertSound(octets, "prefix");
  assert.equal(sketch(root), "multipart/mixed(multipart/mixed(text/plain), text/plain)");
  const one = root.parts?.[0]?.parts?.[0];
  assert.equal(one && slice(octets, one.body), "one\r\n--abc");
});

test("of two boundaries that fit, the inner one is meant", () => {
  const inner = ["Content-Type: multipart/mixed; boundary=b", "", "--b", "", "in", "--b--"];
  const octets = mail(
    "Content-Type: multipart/mixed; boundary=b--",
    "",
    "--b--",
    ...inner,
    "--b--",
    "",
    "out",
    "--b----",
  );
  const { root } = assertSound(octets, "ambiguous");
  assert.equal(sketch(root), "multipart/mixed(multipart/mixed(text/plain), text/plain)");
});

test("delimiters may carry white space, and the last one may lack its line end", () => {
  const octets = mail(
    "Content-Type: multipart/mixed; boundary=b",
    "",
    "--b \t",
    "",
    "x",
    "--b--  ",
  );
  const { root } = assertSound(octets, "padding");
  assert.equal(root.parts?.[0] && slice(octets, root.parts[0].body), "x");
});

test("an outer delimiter closes all that is open inside", () => {
  const octets = mail(
    "Content-Type: multipart/mixed; boundary=o",
    "",
    "--o",
    "Content-Type: multipart/mixed; boundary=i",
    "",
    "--i",
    "X-Header: without an empty line",
    "--o",
    "Content-Type: message/rfc822",
    "",
    "Subject: cut",
    "--o--",
  );
  const { root } = assertSound(octets, "unclosed");
  assert.equal(
    sketch(root),
    "multipart/mixed(multipart/mixed(text/plain), message/rfc822(text/plain))",
  );
  assert.equal(root.parts?.[1]?.message?.envelope.subject, "cut");
});

test("parts of a digest are messages by default", () => {
  const octets = mail(
    "Content-Type: multipart/digest; boundary=d",
    "",
    "--d",
    "",
    "Subject: first",
    "",
    "text",
    "--d--",
  );
  const { root } = assertSound(octets, "digest");
  assert.equal(sketch(root), "multipart/digest(message/rfc822(text/plain))");
  assert.equal(root.parts?.[0]?.message?.envelope.subject, "first");
});

test("a message in base64 is not looked into", () => {
  const octets = mail(
    "Content-Type: message/rfc822",
    "Content-Transfer-Encoding: base64",
    "",
    "U3ViamVjdDogeA==",
  );
  const { root } = assertSound(octets, "base64");
  assert.equal(root.message, undefined);
  assert.equal(shownType(root).subtype, "octet-stream");
});

test("more parts than the bound stay in the body of their multipart", () => {
  const part = ["--b", "", "x"];
  const lines = Array.from({ length: 2_000 }, () => part).flat();
  const octets = mail("Content-Type: multipart/mixed; boundary=b", "", ...lines, "--b--", "end");
  const structure = assertSound(octets, "many parts");
  assert.equal(structure.root.parts?.length, 999);
  assert.equal(structure.truncated, true);
});

test("nesting deeper than the bound stops there", () => {
  const multiparts = Array.from({ length: 150 }, (_, at) => [
    `Content-Type: multipart/mixed; boundary=b${at}`,
    "",
    `--b${at}`,
  ]).flat();
  const structure = assertSound(mail(...multiparts, "", "deep"), "deep multiparts");
  assert.equal(structure.truncated, true);
  const messages = Array.from({ length: 150 }, () => ["Content-Type: message/rfc822", ""]).flat();
  assert.equal(assertSound(mail(...messages, "end"), "deep messages").truncated, true);
});

test("a header of megabytes is counted and not kept", () => {
  const octets = mail("Subject: kept", `X-Long: ${"x".repeat(3_000_000)}`, "To: a@b.c", "", "body");
  const structure = assertSound(octets, "long header");
  assert.equal(structure.truncated, true);
  assert.equal(structure.envelope.subject, "kept");
  assert.equal(slice(octets, structure.root.body), "body");
});

test("a field of megabytes leaves a bounded structure", () => {
  const octets = mail(`To: ${"a@b.c,".repeat(150_000)}`, `Subject: ${"s".repeat(90_000)}`, "", "");
  const structure = assertSound(octets, "long fields");
  assert.equal(structure.truncated, true);
  assert.equal(structure.envelope.to.length, 2_000);
  assert.equal(structure.envelope.subject?.length, 16 * 1024);
});

test("octets that are not UTF-8, NUL among them, give text that a database takes", () => {
  const octets = Buffer.concat([
    mail("Subject: caf\xe9 \0 x", 'Content-Type: text/plain; name="\xff\xfe"', "", ""),
    Buffer.from([0, 0xff, 0xc3]),
  ]);
  assert.equal(assertSound(octets, "8 bit").envelope.subject, "café  x");
});

test("hostile lines take time in proportion to their length", () => {
  const dashes = Buffer.from("--\r\n".repeat(500_000));
  const head = Array.from({ length: 98 }, (_, at) => [
    `Content-Type: multipart/mixed; boundary=b${at}`,
    "",
    `--b${at}`,
  ]).flat();
  const started = performance.now();
  parse(mail(...head, "", ""), dashes);
  const long = mail(`References: ${"<".repeat(900_000)}`, `From: ${'"('.repeat(450_000)}`, "", "");
  parse(long);
  parse(
    mail(
      `Content-Type: text/plain; ${"a*0=(;".repeat(100_000)}`,
      `To: ${"=?a?b?".repeat(99_000)}`,
      "",
    ),
  );
  assert.ok(performance.now() - started < 3_000, `${performance.now() - started} ms`);
});

test("previews: plain text first, decoded, on one line", () => {
  const latin = mail(
    "Content-Type: text/plain; charset=iso-8859-1",
    "Content-Transfer-Encoding: quoted-printable",
    "",
    "  caf=E9 =",
    "  now",
    "----------",
    "bye",
  );
  assert.equal(parse(latin).preview, "café now --- bye");
  const both = mail(
    "Content-Type: multipart/alternative; boundary=b",
    "",
    "--b",
    "Content-Type: text/html",
    "",
    "<head><style>p{}</style></head><p>html&nbsp;text</p><!-- no --><script>alert(1)</script>",
    "--b",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
    "",
    Buffer.from("plain wörds").toString("base64"),
    "--b--",
  );
  assert.equal(parse(both).preview, "plain wörds");
  const html = Buffer.from(both.toString("latin1").replace("text/plain", "image/png"), "latin1");
  assert.equal(parse(html).preview, "html text");
});

test("previews: attachments are passed over, long text is clipped between characters", () => {
  const octets = mail(
    "Content-Type: multipart/mixed; boundary=b",
    "",
    "--b",
    "Content-Type: text/plain",
    "Content-Disposition: attachment",
    "",
    "attached",
    "--b",
    "Content-Type: text/plain; charset=utf-8",
    "",
    Buffer.from("😀".repeat(5_000)).toString("latin1"),
    "--b--",
  );
  const { preview } = parse(octets);
  assert.equal(preview, "😀".repeat(100));
});

test("random damage never throws and always tiles", () => {
  let seed = 1;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const pieces = ["--outer", "--inner", "--inner--", "--outer--", "\r\n", "\n", "\r", "\r\n\r\n"];
  pieces.push(
    "Content-Type: multipart/digest; boundary=inner\r\n",
    "\0",
    "\xff",
    " ",
    ";",
    '"',
    "(",
  );
  const rounds = Number(process.env["FUZZ"] ?? 1_500);
  for (let round = 0; round < rounds; round++) {
    let text = NESTED.toString("latin1");
    for (let edits = random(6) + 1; edits > 0; edits--) {
      const at = random(text.length);
      text = text.slice(0, at) + (pieces[random(pieces.length)] ?? "") + text.slice(at + random(9));
    }
    const octets = Buffer.from(text, "latin1");
    const whole = assertSound(octets, `round ${round}`);
    const cut = random(octets.length);
    const parted = parse(octets.subarray(0, cut), octets.subarray(cut));
    assert.deepEqual(parted, { structure: whole, preview: parse(octets).preview });
  }
});

test("the whole SpamAssassin corpus is parsed, and its ranges tile", () => {
  let count = 0;
  for (const { name, octets } of corpus()) {
    assertSound(octets, name);
    count++;
  }
  assert.ok(count > 5_500, `${count} messages`);
});
