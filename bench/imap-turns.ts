/**
 * For how long one session's work holds up all others: the longest turns of the engine's event loop while a
 * folder of 100,000 is read, searched, sorted, changed, and hostile messages are stored and indexed.
 *
 *     npm run bench:imap-turns
 *
 * Counted is the processor time of the main thread between two rounds of the loop, so that a busy machine
 * does not count. Garbage collection does. `MESSAGES=20000` makes the folder smaller.
 */
import { fill } from "./imap/data.ts";
import { BenchClient, type Login } from "./imap/client.ts";
import { Inspector } from "./imap/inspector.ts";
import { startPosthorn } from "./imap/posthorn.ts";
import { PASSWORD } from "../tests/support/installation.ts";

const MESSAGES = Number(process.env["MESSAGES"] ?? 100_000);
const login: Login = { user: "bench@example.test", password: PASSWORD };
/** The index looks for new messages every five seconds. */
const INDEXED_MS = 9_000;

const COMMANDS = [
  ...["SELECT big", "SEARCH UNSEEN", "SEARCH SINCE 1-Jan-2020", "SEARCH SUBJECT zzqx"],
  ...["SEARCH TEXT zzqx", "FETCH 1:* FLAGS", "FETCH 1:* (ENVELOPE BODYSTRUCTURE)"],
  ...["SORT (REVERSE DATE) UTF-8 ALL", "SORT (SUBJECT FROM) UTF-8 ALL"],
  ...["THREAD REFERENCES UTF-8 ALL", "THREAD ORDEREDSUBJECT UTF-8 ALL"],
  ...[
    "STORE 1:* +FLAGS.SILENT (\\Flagged)",
    "STORE 1:* -FLAGS (\\Flagged)",
    "STORE 1:* +FLAGS (k)",
  ],
];

const HEAD = "From: a@example.net\r\nMIME-Version: 1.0\r\n";
const text = (charset: string, body: string) =>
  `${HEAD}Content-Type: text/plain; charset=${charset}\r\n\r\n${body}\r\n`;
const PARTS = (count: number) =>
  `${HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n${"--b\r\n\r\nx\r\n".repeat(count)}--b--`;
const HOSTILE: Readonly<Record<string, string | string[]>> = {
  "1,000 parts": PARTS(1_000),
  "50 messages of 25,000 parts at once": Array.from({ length: 50 }, (_, at) => PARTS(25_000 + at)),
  "a header of 1 MB": `${HEAD}Subject: ${"=?utf-8?B?w6TDtsO8w6TDtsO8w6TDtsO8?=\r\n ".repeat(25_000)}x\r\n\r\nx`,
  "addresses of nothing but @": ["From", "To", "Cc", "Bcc"].map((name) => `${name}: ${"@".repeat(200_000)}\r\n`).join(""), // prettier-ignore
  "25 MB of base64": `${HEAD}Content-Transfer-Encoding: base64\r\n\r\n${`${"QUJD".repeat(19)}\r\n`.repeat(320_000)}`,
  "24 MB in one line": text("utf-8", "你好".repeat(4_000_000)),
  "24 MB of UTF-7": text("utf-7", "+AGEAYg-".repeat(3_000_000)),
};

/** Runs in the engine: notes how long the turns over 25 ms were. */
const WATCH = `globalThis.turns = []; {
  const used = () => { const { user, system } = process.threadCpuUsage(); return (user + system) / 1000; };
  let last = used();
  setInterval(() => { const now = used(); if (now - last > 25) turns.push(now - last); last = now; }, 2).unref();
} 0`;

const ours = await startPosthorn(login);
try {
  const client = await BenchClient.signedIn(ours.imap, login);
  await fill(client, "big", MESSAGES);
  await client.run("CREATE hostile");
  const inspector = await Inspector.of({ pid: ours.engine, log: ours.log });
  await inspector.evaluate(WATCH);
  console.log(
    "\n| | ms in all | turns over 25 ms | over 50 | the longest, ms |\n|---|---|---|---|---|",
  );
  for (const command of COMMANDS) await watched(inspector, command, () => client.run(command));
  for (const [name, message] of Object.entries(HOSTILE)) {
    const messages = [message].flat().map((one) => Buffer.from(one));
    await watched(inspector, `APPEND: ${name}`, () => client.append("hostile", messages));
    await watched(
      inspector,
      "its index",
      () => new Promise((done) => setTimeout(done, INDEXED_MS)),
    );
  }
  inspector.close();
} finally {
  await ours.stop();
}

async function watched(inspector: Inspector, name: string, work: () => Promise<unknown>) {
  await inspector.evaluate("turns.length = 0");
  const started = performance.now();
  await work();
  const ms = performance.now() - started;
  const turns = JSON.parse(String(await inspector.evaluate("JSON.stringify(turns)"))) as number[];
  const long = turns.filter((turn) => turn > 50).length;
  const longest = turns.length === 0 ? "–" : Math.max(...turns).toFixed(0);
  console.log(`| ${[name, ms.toFixed(0), turns.length, long, longest].join(" | ")} |`);
}
