/**
 * How IMAP grows with the messages of a folder.
 *
 *     npm run bench:imap-curve
 *
 * Folders are made by COPY: a million messages share the bytes of 10,000; as far as the folder is concerned
 * they are a million. `LARGEST=100000` ends the curve earlier.
 */
import { readFileSync } from "node:fs";
import { BenchClient, type Login } from "./imap/client.ts";
import { fill } from "./imap/data.ts";
import { startPosthorn, type OwnServer } from "./imap/posthorn.ts";
import { PASSWORD } from "../tests/support/installation.ts";

const SIZES = [1_000, 10_000, 100_000, 1_000_000];
const LARGEST = Number(process.env["LARGEST"] ?? 1_000_000);
const login: Login = { user: "bench@example.test", password: PASSWORD };

const ours = await startPosthorn(login);
try {
  const client = await BenchClient.signedIn(ours.imap, login);
  await curve(client, ours);
} finally {
  await ours.stop();
}

async function curve(client: BenchClient, server: OwnServer): Promise<void> {
  await fill(client, "base", 10_000);
  console.log(
    "| messages | SELECT, first | SELECT, again | a page of 50 | STORE of one | STORE 1:1000 | SEARCH, count of UNSEEN | engine RSS, MiB |",
  );
  console.log("|---|---|---|---|---|---|---|---|");
  for (const size of SIZES.filter((size) => size <= LARGEST)) {
    await grow(client, size);
    const times = [
      await timed(client, `SELECT c${size}`),
      await timed(client, "UNSELECT", `SELECT c${size}`),
      await timed(client, `FETCH ${size - 49}:${size} (UID FLAGS ENVELOPE)`),
      await timed(client, `STORE ${size >> 1} +FLAGS (\\Flagged)`),
      await timed(client, "STORE 1:1000 +FLAGS.SILENT (\\Seen)"),
      await timed(client, "SEARCH RETURN (COUNT) UNSEEN"),
    ];
    await client.run("UNSELECT");
    const [, rss = 0] = /^VmRSS:\s+(\d+)/m.exec(read(server.engine)) ?? [];
    const cells = times.map((ms) => `${ms.toFixed(1)} ms`);
    console.log(`| ${[size, ...cells, Math.round(Number(rss) / 1024)].join(" | ")} |`);
  }
}

/** A folder of that size, out of the one before. */
async function grow(client: BenchClient, size: number): Promise<void> {
  const from = size <= 10_000 ? "base" : `c${size / 10}`;
  await client.run(`CREATE c${size}`);
  await client.run(`SELECT ${from}`);
  const each = Math.min(size, size <= 10_000 ? 10_000 : size / 10);
  for (let at = 0; at < size; at += each) await client.run(`COPY 1:${each} c${size}`);
  await client.run("UNSELECT");
}

/** Of the last of the commands. */
async function timed(client: BenchClient, ...commands: string[]): Promise<number> {
  for (const command of commands.slice(0, -1)) await client.run(command);
  const started = performance.now();
  await client.run(commands.at(-1) ?? "NOOP");
  return performance.now() - started;
}

function read(pid: number): string {
  return readFileSync(`/proc/${pid}/status`, "utf8");
}
