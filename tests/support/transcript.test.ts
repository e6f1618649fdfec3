import assert from "node:assert/strict";
import { createServer, type AddressInfo } from "node:net";
import { after, test } from "node:test";
import { transcript } from "./transcript.ts";

/** Greets, then answers each line with what is after its first word. */
const server = createServer((socket) => {
  socket.write("hello\r\n");
  socket.on("data", (data) => {
    for (const line of data.toString("latin1").split("\r\n").filter(Boolean)) {
      if (line === "QUIT") socket.end("bye\r\n");
      else socket.write(`${line.replace(/^\S+ ?/, "")}\r\n`, "latin1");
    }
  });
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
after(() => server.close());
const { port } = server.address() as AddressInfo;
const soon = { port, timeoutMs: 100 };

test("lines, unpromised text, unpromised lines, several clients, the end", async () => {
  const lines = await transcript(
    port,
    String.raw`
    S: hel...
    C: say one two
    S: one ...
    S2: ...
    C2: say x
    C2: say y
    S2: y
    C-: say a\r\nsay \x62\r\n
    S: a
    S: b
    C: say
    S:
    C: QUIT
    S: bye
    S: <CLOSED>
    S2: <SILENCE>`,
  );
  assert.deepEqual(lines.slice(0, 2), ["S: hello", "S: one two"]);
  assert.equal(lines.at(-1), "S: bye");
});

test("latin1 plays raw bytes", async () => {
  await transcript({ port, encoding: "latin1" }, "S: hello\nC: say \xff\xfe\nS: \xff\xfe");
});

const WRONG: [script: string, message: RegExp][] = [
  ["S: goodbye", /Line 1 of the script: wanted "goodbye"\n\s+got "hello"/],
  ["S: hel", /wanted "hel"/],
  ["S: hello\nS: more", /Line 2 .* wanted "more", but nothing more came/],
  ["S: ...\nC: say a\nS: b", /nothing more came; passed over 2 lines/],
  ["S: hello\nC: QUIT\nS: bye\nS: more", /the connection was closed/],
  ["S: hello\nS: <CLOSED>", /did not close/],
  ["S: hello\nC: QUIT\nS: <CLOSED>", /said more before it closed: "bye/],
  ["S: hello\nC: say x\nS: <SILENCE>", /wanted silence/],
  ["hello", /neither C: nor S:/],
];

for (const [script, message] of WRONG) {
  test(`fails: ${JSON.stringify(script)}`, async () => {
    await assert.rejects(transcript(soon, script), message);
  });
}
