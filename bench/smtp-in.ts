/**
 * How many messages a second port 25 accepts, durably: every 250 waits for a commit that is on disk.
 *
 *     npm run bench:smtp            prints a table for 1 and 10 connections
 *
 * An engine process of its own on an embedded PostgreSQL with durable settings; the client of
 * tests/support sends real mail of the corpus. DNS says no to everything and may be kept for five minutes,
 * as most answers may. Beside it, in the same run, what a disk of this machine can do at best one after
 * another: fsync of one 4 KiB write a time. The numbers of our machines are in README.md.
 */
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { corpus } from "../tests/support/corpus.ts";
import { startEngineProcess } from "../tests/support/engine-process.ts";
import { installed } from "../tests/support/installation.ts";
import { SmtpClient } from "../tests/support/smtp-client.ts";

const MESSAGES = Number(process.env["MESSAGES"] ?? 1_000);
const ROUNDS = 3;
let unique = 0;

const place = await installed({ mailboxes: ["alice@example.test"] });
place.dns.ttl = 300;
const engine = await startEngineProcess(place.env);
const messages = [...corpus({ every: 6, limit: MESSAGES })]
  .map(({ octets }) => octets)
  .filter((octets) => !/\r(?!\n)/.test(octets.toString("latin1")));

console.log(`${messages.length} messages, median of ${ROUNDS} rounds`);
console.log(`fsync, one after another: ${fsyncRate(place.cluster.folder)} a second\n`);
console.log("| connections | messages a second | engine CPU, ms a message | engine RSS, MiB |");
console.log("|---|---|---|---|");
console.log(`| none yet | – | – | ${processFacts().rss} |`);
for (const connections of [1, 10]) {
  await round(connections); // warm
  const before = processFacts().cpuMs;
  const rates = [];
  for (let i = 0; i < ROUNDS; i++) rates.push(await round(connections));
  rates.sort((a, b) => a - b);
  const { cpuMs, rss } = processFacts();
  const each = ((cpuMs - before) / (ROUNDS * messages.length)).toFixed(1);
  console.log(`| ${connections} | ${Math.round(rates[1] ?? 0)} | ${each} | ${rss} |`);
}
await engine.stop();
await place.remove();

/** Sends all messages once over so many connections; answers messages a second. */
async function round(connections: number): Promise<number> {
  const clients = await Promise.all(
    Array.from({ length: connections }, () => SmtpClient.open(engine.port("smtp"))),
  );
  let next = 0;
  const started = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      for (let octets = messages[next++]; octets; octets = messages[next++]) {
        // A line of its own: equal content would be stored once.
        const marked = Buffer.concat([Buffer.from(`X-Round: ${unique++}\r\n`), octets]);
        const reply = await client.send("bench@elsewhere.test", ["alice@example.test"], marked);
        if (!reply.startsWith("250")) throw new Error(reply);
      }
      await client.quit();
    }),
  );
  return messages.length / ((performance.now() - started) / 1000);
}

/** Of the engine; Linux counts CPU time in hundredths of a second. */
function processFacts(): { cpuMs: number; rss: number } {
  const read = (name: string) => readFileSync(`/proc/${engine.pid}/${name}`, "utf8");
  const [, stat = ""] = read("stat").split(") "); // fields 3 and on; 14 and 15 are user and system
  const [user = 0, system = 0] = stat.split(" ").slice(11, 13).map(Number);
  const [, rss = 0] = /^VmRSS:\s+(\d+)/m.exec(read("status")) ?? [];
  return { cpuMs: (user + system) * 10, rss: Math.round(Number(rss) / 1024) };
}

function fsyncRate(folder: string): number {
  const path = join(folder, "fsync-probe");
  const file = openSync(path, "w");
  const block = Buffer.alloc(4096, 1);
  const started = performance.now();
  let count = 0;
  for (; performance.now() - started < 1_000; count++) {
    writeSync(file, block, 0, block.length, 0);
    fsyncSync(file);
  }
  closeSync(file);
  rmSync(path);
  return count;
}
