/**
 * How fast a message is taken apart while it streams by: MB/s of StructureParser on the corpus and
 * on the shapes that cost most. Run: node bench/mime.ts
 */
import { StructureParser } from "../lib/codec/mime/structure-parser.ts";
import { corpus } from "../tests/support/corpus.ts";

/** Chunks as they come from a socket or a blob. */
const CHUNK = 64 * 1024;
const MIN_MS = 1_000;

const base64Line = `${"QUJD".repeat(19)}\r\n`;
const attachment = (lines: number) =>
  Buffer.from(
    "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n" +
      "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
      `${base64Line.repeat(lines)}--b--\r\n`,
  );

const INPUTS: [name: string, messages: Buffer[]][] = [
  ["corpus, every 4th message", Array.from(corpus({ every: 4 }), ({ octets }) => octets)],
  ["one attachment of 20 MB", [attachment(256_000)]],
  ["lines of two octets", [Buffer.from("Subject: x\r\n\r\n" + "\r\n".repeat(2_000_000))]],
  ["one line of 20 MB", [Buffer.concat([Buffer.from("\r\n"), Buffer.alloc(20_000_000, 0x41)])]],
  [
    "1,000 parts",
    [
      Buffer.from(
        `Content-Type: multipart/mixed; boundary=b\r\n\r\n${"--b\r\n\r\nx\r\n".repeat(999)}`,
      ),
    ],
  ],
];

function parseAll(messages: readonly Buffer[]): number {
  let bytes = 0;
  for (const message of messages) {
    const parser = new StructureParser();
    for (let at = 0; at < message.length; at += CHUNK)
      parser.push(message.subarray(at, at + CHUNK));
    bytes += parser.finish().size;
  }
  return bytes;
}

console.log("input                          messages      MB/s   messages/s");
for (const [name, messages] of INPUTS) {
  parseAll(messages);
  let bytes = 0;
  let rounds = 0;
  const started = performance.now();
  while (performance.now() - started < MIN_MS) {
    bytes += parseAll(messages);
    rounds++;
  }
  const seconds = (performance.now() - started) / 1000;
  const speed = (bytes / 1e6 / seconds).toFixed(0).padStart(9);
  const rate = ((messages.length * rounds) / seconds).toFixed(0).padStart(12);
  console.log(`${name.padEnd(30)} ${String(messages.length).padStart(8)} ${speed} ${rate}`);
}
