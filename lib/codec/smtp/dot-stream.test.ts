import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { test } from "node:test";
import { ContentCheck } from "./content-check.ts";
import { DotReader, DotStuffer } from "./dot-stream.ts";

const FUZZ = Number(process.env["FUZZ"] ?? 3000);

interface Result {
  text: string;
  rest: string | null;
  bare: boolean;
}

function read(...chunks: string[]): Result {
  const reader = new DotReader();
  let text = "";
  let rest: string | null = null;
  for (const chunk of chunks.map((c) => Buffer.from(c, "latin1"))) {
    if (rest !== null) {
      rest += chunk.toString("latin1");
      continue;
    }
    const { text: pieces, end } = reader.push(chunk);
    text += Buffer.concat(pieces).toString("latin1");
    if (end >= 0) rest = chunk.subarray(end).toString("latin1");
  }
  return { text, rest, bare: reader.bareLineEnd };
}

/** The same rule by plain means: one regular expression over the whole. */
function byHand(wire: string): Result {
  const all = `\r\n${wire}`;
  const end = all.indexOf("\r\n.\r\n");
  const message = end < 0 ? all.slice(2) : all.slice(2, end + 2);
  return {
    text: message,
    rest: end < 0 ? null : all.slice(end + 5),
    bare: /(?<!\r)\n|\r(?!\n)/.test(message.replace(/\r$/, end < 0 ? "" : "\r")),
  };
}

test("the dot alone on a line ends the message, a doubled dot is one dot", () => {
  assert.deepEqual(read("Hello\r\n..dots\r\n.x\r\n.\r\nQUIT\r\n"), {
    text: "Hello\r\n.dots\r\nx\r\n",
    rest: "QUIT\r\n",
    bare: false,
  });
  assert.deepEqual(read(".\r\n"), { text: "", rest: "", bare: false });
});

test("a stream means the same however TCP cuts it", () => {
  const wire = "a\r\n..\r\n.b\r\n\r\nc.\r\n...\r\n.\r\nNOOP\r\n";
  const whole = read(wire);
  for (let cut = 0; cut <= wire.length; cut++) {
    assert.deepEqual(read(wire.slice(0, cut), wire.slice(cut)), whole, `cut at ${cut}`);
  }
  assert.deepEqual(read(...wire), whole);
});

const SMUGGLERS = [
  "\n.\n",
  "\n.\r\n",
  "\r.\r",
  "\r.\r\n",
  "\r\n.\n",
  "\r\n.\r",
  "\n.\r",
  "\r.\n",
  "\r\n\0.\r\n",
  "\r\n.\0\r\n",
  "\r\n.\r\r\n",
];

for (const variant of SMUGGLERS) {
  test(`${JSON.stringify(variant)} does not end a message`, () => {
    const wire = `body${variant}MAIL FROM:<evil@example.org>\r\n.\r\nQUIT\r\n`;
    for (let cut = 0; cut <= wire.length; cut++) {
      const result = read(wire.slice(0, cut), wire.slice(cut));
      assert.equal(result.rest, "QUIT\r\n", `cut at ${cut}`);
      assert.ok(result.text.includes("MAIL FROM"), `cut at ${cut}`);
      assert.equal(result.bare, !variant.includes("\0"), `cut at ${cut}`);
    }
  });
}

test("random streams agree with the plain rule about end and bare line ends", () => {
  const alphabet = ["\r", "\n", "\r\n", ".", "a", "\r\n.", "\r\n.\r\n"];
  for (let round = 0; round < FUZZ; round++) {
    const parts = Array.from(
      { length: randomInt(12) },
      () => alphabet[randomInt(alphabet.length)]!,
    );
    const wire = parts.join("");
    const cut = randomInt(wire.length + 1);
    const got = read(wire.slice(0, cut), wire.slice(cut));
    const want = byHand(wire);
    assert.equal(got.rest, want.rest, JSON.stringify(wire));
    if (want.rest !== null) assert.equal(got.bare, want.bare, JSON.stringify(wire));
    if (want.rest !== null && !want.bare) {
      assert.equal(got.text, want.text.replace(/(^|\r\n)\./g, "$1"), JSON.stringify(wire));
    }
  }
});

function stuff(...chunks: string[]): string {
  const stuffer = new DotStuffer();
  const out = chunks.map((c) => stuffer.push(Buffer.from(c, "latin1")));
  return Buffer.concat([...out, stuffer.end()]).toString("latin1");
}

test("what is stuffed comes back, whatever the cuts", () => {
  const message = ".a\r\n..\r\n\r\n.\r\nb.\r\n";
  for (let cut = 0; cut <= message.length; cut++) {
    const wire = stuff(message.slice(0, cut), message.slice(cut));
    assert.deepEqual(read(wire), { text: message, rest: "", bare: false }, `cut at ${cut}`);
  }
});

test("a message without a last line end gets one, an empty one is only the dot", () => {
  assert.equal(stuff("a"), "a\r\n.\r\n");
  assert.equal(stuff(""), ".\r\n");
  assert.equal(stuff("a\r"), "a\r\n.\r\n");
});

test("line ends alone leave as CRLF and hide no dot", () => {
  assert.equal(stuff("a\n.\r\nb\r.c\n\n"), "a\r\n..\r\nb\r\n..c\r\n\r\n.\r\n");
  const message = "a\n.\r\nb\r.c\n\n.\n\r\r\n";
  const whole = stuff(message);
  for (let cut = 0; cut <= message.length; cut++) {
    assert.equal(stuff(message.slice(0, cut), message.slice(cut)), whole, `cut at ${cut}`);
  }
  assert.equal(read(whole).rest, "");
  assert.equal(read(whole).bare, false);
});

test("the content check sees bare line ends, NUL and eight bits across any cut", () => {
  const cases: [string, boolean, boolean, boolean][] = [
    ["a\r\nb\r\n", false, false, false],
    ["a\r\n\r\n\r\n", false, false, false],
    ["a\nb\r\n", true, false, false],
    ["a\rb\r\n", true, false, false],
    ["a\r\r\n", true, false, false],
    ["a\r", true, false, false],
    ["\n", true, false, false],
    ["a\0b\r\n", false, true, false],
    ["caf\u00e9\r\n", false, false, true],
  ];
  for (const [text, bare, nul, eight] of cases) {
    for (let cut = 0; cut <= text.length; cut++) {
      const check = new ContentCheck();
      check.push(Buffer.from(text.slice(0, cut), "latin1"));
      check.push(Buffer.from(text.slice(cut), "latin1"));
      check.end();
      const got = [check.bareLineEnd, check.nul, check.eightBit];
      assert.deepEqual(got, [bare, nul, eight], `${JSON.stringify(text)} cut at ${cut}`);
    }
  }
});
