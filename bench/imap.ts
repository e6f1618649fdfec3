/**
 * IMAP, side by side with Debian's Dovecot on the same machine: the same mail, the same client, both on
 * disk before every OK, in turn, medians; and how many times better ours is.
 *
 *     npm run bench:imap                      every line
 *     npm run bench:imap -- select append-8   lines whose names begin so
 *
 * Needs root and `apt-get install dovecot-imapd`. `MESSAGES=20000` makes "100,000" smaller.
 */
import { BenchClient, type Login } from "./imap/client.ts";
import { fill, largeMessage } from "./imap/data.ts";
import { startDovecot } from "./imap/dovecot.ts";
import { LINES, type FolderName, type Line } from "./imap/lines.ts";
import { startPosthorn } from "./imap/posthorn.ts";
import type { Server } from "./imap/server.ts";
import { blobsWithoutSignature } from "../lib/storage/mail/text-index.ts";
import { PASSWORD } from "../tests/support/installation.ts";

const MESSAGES = Number(process.env["MESSAGES"] ?? 100_000);
const WARM_MS = 250;
const SIZES = { f1k: 1_000, f10k: 10_000, f100k: MESSAGES } as const;
const login: Login = { user: "bench@example.test", password: PASSWORD };

const wanted = process.argv.slice(2);
const lines = LINES.filter(
  ({ key }) => wanted.length === 0 || wanted.some((start) => key.startsWith(start)),
);
const needs = new Set(lines.flatMap((line) => line.needs));

const ours = await startPosthorn(login);
const theirs = await startDovecot(login);
try {
  for (const server of [ours, theirs]) await prepare(server);
  if (needs.size > 0) await indexed(); // what was just filled in keeps the engine busy for a while
  console.log("\n| | Posthorn | Dovecot | ratio | aim |");
  console.log("|---|---|---|---|---|");
  for (const line of lines) console.log(await compare(line));
} finally {
  await theirs.stop();
  await ours.stop();
}

async function prepare(server: Server): Promise<void> {
  const client = await BenchClient.signedIn(server.imap, login);
  const started = performance.now();
  const folders = (["f100k", "f10k", "f1k"] as const).filter((name) => needs.has(name));
  const [largest] = folders;
  if (largest !== undefined) await fill(client, largest, SIZES[largest]);
  for (const name of folders.slice(1)) {
    await client.run(`CREATE ${name}`);
    await client.run(`SELECT ${largest}`);
    await client.run(`COPY 1:${SIZES[name]} ${name}`);
  }
  if (needs.has("large")) {
    await client.run("CREATE large");
    await client.append("large", [largeMessage(20)]);
  }
  for (const name of folders) await warm(client, name);
  await client.close();
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`${server.name}: mailboxes filled in ${seconds} s`);
}

/** What is made at first sight (Dovecot's cache of headers) is made now. */
async function warm(client: BenchClient, name: FolderName): Promise<void> {
  await client.run(`SELECT ${name}`);
  await client.run("FETCH 1:* (FLAGS ENVELOPE BODYSTRUCTURE)");
  await client.run("UNSELECT");
}

/** Texts are indexed afterwards, in the engine's own time. */
async function indexed(): Promise<void> {
  const started = performance.now();
  while ((await blobsWithoutSignature(ours.place.pool, 1)).length > 0)
    await new Promise((done) => setTimeout(done, 1_000));
  const { rows } = await ours.place.pool.query<{ size: number }>(
    "SELECT (pg_total_relation_size('text_segment') + pg_total_relation_size('blob_text'))::float8 / 1e6 AS size",
  );
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`Posthorn: texts indexed after ${seconds} s more, ${rows[0]?.size.toFixed(0)} MB`);
}

/** One row of the table. */
async function compare(line: Line): Promise<string> {
  const results = new Map<Server, number[]>([
    [ours, []],
    [theirs, []],
  ]);
  if (line.rounds > 1) for (const server of [ours, theirs]) await warmUp(line, server);
  for (let round = 0; round < line.rounds; round++)
    for (const server of round % 2 === 0 ? [ours, theirs] : [theirs, ours])
      results.get(server)?.push(await measured(line, server));
  const [mine, other] = [median(results.get(ours)), median(results.get(theirs))];
  const ratio = line.rate ? mine / other : other / mine;
  const value = (number: number) => `${rounded(number)} ${line.unit}`;
  return `| ${line.name} | ${value(mine)} | ${value(other)} | ${ratio.toFixed(2)} | ${line.aim} |`;
}

/** Servers run for months: what compilers and caches do at first is not counted, for neither. */
async function warmUp(line: Line, server: Server): Promise<void> {
  const started = performance.now();
  do await measured(line, server);
  while (performance.now() - started < WARM_MS);
}

async function measured(line: Line, server: Server): Promise<number> {
  try {
    return await line.measure(server, login);
  } catch (cause) {
    const log = server.log().slice(-2_000);
    throw new Error(`${line.key}, ${server.name}:\n${log}`, { cause });
  }
}

function median(values: readonly number[] = []): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function rounded(value: number): string {
  return value.toLocaleString("en-US", { maximumSignificantDigits: 3 });
}
