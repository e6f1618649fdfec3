/**
 * What it costs to watch two thousand domains: an engine process of its own on an embedded PostgreSQL, in
 * front of name servers in yet another process, all on this machine.
 *
 *     npm run bench:watch           DOMAINS=2000 by default
 *
 * The steady beat is six hours for records and a day for the rest, spread: 2,000 domains are one look every
 * 10.8 seconds. So two things are shown. *All at once*: every domain is due now, and looked at as fast as the
 * engine's bounds allow: time, CPU and memory, records and probes. *Steady*, before that: looks are spread over
 * `STEADY_SECONDS` as six hours would spread them, and the engine's share of one core is measured, with how
 * late looks began.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { cliActor } from "../lib/service/actor.ts";
import { getDomainChecks } from "../lib/service/dns-checks.ts";
import { createDomain } from "../lib/service/domains.ts";
import { openWebRuntime } from "../lib/service/web-runtime.ts";
import { startEngineProcess } from "../tests/support/engine-process.ts";
import { installed } from "../tests/support/installation.ts";
import { zoneFrom } from "../tests/support/dns-published.ts";
import type { Zone } from "../tests/support/dns-server.ts";

const DOMAINS = Number(process.env["DOMAINS"] ?? 2_000);
const STEADY_SECONDS = Number(process.env["STEADY_SECONDS"] ?? 120);
const SIX_HOURS = 6 * 3_600;

const place = await installed({ mailboxes: [] });
const runtime = openWebRuntime({
  databaseUrl: place.databaseUrl,
  secretKey: Buffer.from(place.env["POSTHORN_SECRET_KEY"] ?? "", "base64"),
  ...{ authSecret: "", hostName: place.env["MAIL_HOSTNAME"] ?? "" },
});
const pool = new pg.Pool({ connectionString: place.databaseUrl });

console.log(`Making ${DOMAINS} domains …`);
const name = (at: number) => `d${at}.watched.example`;
const { outcome } = await createDomain(runtime.service, cliActor, { name: name(0) });
if (outcome !== "done") throw new Error(outcome);
// Two thousand RSA keys take minutes and are not what is measured: the others share the first one's.
await pool.query(
  `insert into domain (id, name, mta_sts_id)
   select gen_random_uuid(), 'd' || n || '.watched.example', '20261125T000000'
   from generate_series(1, $1::int) n`,
  [DOMAINS - 1],
);
await pool.query(
  `insert into dkim_key (id, domain_id, selector, algorithm, public_key, private_key, state)
   select gen_random_uuid(), d.id, k.selector, k.algorithm, k.public_key, k.private_key, 'signing'
   from domain d, dkim_key k where d.id <> k.domain_id`,
);
await pool.query("update dkim_key set state = 'signing'");
await pool.query(
  `insert into dns_watch (id, domain_id, next_at, next_full_at, started_at)
   select gen_random_uuid(), id, now(), now(), now() - interval '10 days' from domain
   on conflict do nothing`,
);

const view = await getDomainChecks(runtime.service, cliActor, name(0));
const zone: Zone = zoneFrom((view?.records ?? []).filter(({ need }) => need !== "optional"));
const names = fork(new URL("./name-servers.ts", import.meta.url).pathname, [], {
  execArgv: ["--import=./tests/support/module-hooks.mjs"],
});
names.send({ first: name(0), zone, domains: DOMAINS });
const [servers] = (await once(names, "message")) as [
  { resolver: string; root: string; port: number },
];
await pool.query("update dns_watch set next_at = now() + interval '1 day'");
const engine = await startEngineProcess({
  ...place.env,
  ...{ DNS_SERVERS: servers.resolver, DNS_ROOTS: servers.root, DNS_TRUSTED: "yes" },
  ...{ DNS_AUTHORITY_PORT: String(servers.port), DNS_WATCH: "yes" },
  ...{ DELIVER_TO_PRIVATE_NETWORKS: "yes", SMTP_DELIVERY_PORT: "1", HTTPS_FETCH_PORT: "1" },
});

await delay(5_000);
const atRest = facts().rss;
const share = Math.ceil((DOMAINS * STEADY_SECONDS) / SIX_HOURS);
await pool.query("update dns_watch set next_at = now() + interval '1 day'");
await pool.query(
  `update dns_watch set next_at = now() + n.at * interval '1 second' from (
     select id, row_number() over () * $1::float8 / $2::float8 as at from dns_watch
     where domain_id is not null limit $2::int) n where n.id = dns_watch.id`,
  [STEADY_SECONDS, share],
);
const before = facts();
const started = performance.now();
await pool.query("notify posthorn_watch, '- look'");
await delay(STEADY_SECONDS * 1000 + 1_000);
const { cpuMs, rss } = facts();
const busy = ((cpuMs - before.cpuMs) / (performance.now() - started)) * 100;
const { rows } = await pool.query<{ looks: string }>(
  "select count(*) as looks from dns_watch where checked_at > now() - make_interval(secs => $1)",
  [STEADY_SECONDS + 1],
);
console.log(
  `\nSteady, ${DOMAINS} domains every six hours: ${rows[0]?.looks} looks in ${STEADY_SECONDS} s ` +
    `(${share} were due); the engine used ${busy.toFixed(2)} % of one core and ${rss} MiB.`,
);
await pool.query("update dns_watch set next_at = now() where domain_id is not null");
await pool.query("notify posthorn_watch, '- look'");
console.log("\n| | looks | seconds | looks a second | engine CPU, ms a look | engine RSS, MiB |");
console.log("|---|---|---|---|---|---|");
console.log(`| none yet | – | – | – | – | ${atRest} |`);
await allAtOnce("records and probes, first look");
await pool.query("update dns_watch set next_at = now(), next_full_at = now() + interval '1 day'");
await pool.query("notify posthorn_watch, '- look'");
const perLook = await allAtOnce("records, again");

console.log(
  `By the look: ${perLook.toFixed(1)} ms × ${(DOMAINS / SIX_HOURS).toFixed(3)} a second = ` +
    `${((perLook * DOMAINS) / SIX_HOURS / 10).toFixed(2)} % of one core.`,
);
await engine.stop();
names.kill();
await pool.end();
await runtime.close();
await place.remove();

/** Waits until nothing is due; answers CPU ms of the engine a look. */
async function allAtOnce(what: string): Promise<number> {
  const start = facts();
  const began = performance.now();
  for (;;) {
    const { rows } = await pool.query<{ due: string }>(
      `select count(*) as due from dns_watch where domain_id is not null
       and (next_at <= now() or leased_until is not null)`,
    );
    if (Number(rows[0]?.due) === 0) break;
    await delay(200);
  }
  const seconds = (performance.now() - began) / 1000;
  const end = facts();
  const each = (end.cpuMs - start.cpuMs) / DOMAINS;
  const rate = (DOMAINS / seconds).toFixed(0);
  console.log(
    `| ${what} | ${DOMAINS} | ${seconds.toFixed(1)} | ${rate} | ${each.toFixed(1)} | ${end.rss} |`,
  );
  return each;
}

/** Linux counts CPU time in hundredths of a second. */
function facts(): { cpuMs: number; rss: number } {
  const read = (file: string) => readFileSync(`/proc/${engine.pid}/${file}`, "utf8");
  const [, stat = ""] = read("stat").split(") ");
  const [user = 0, system = 0] = stat.split(" ").slice(11, 13).map(Number);
  const [, rssKb = 0] = /^VmRSS:\s+(\d+)/m.exec(read("status")) ?? [];
  return { cpuMs: (user + system) * 10, rss: Math.round(Number(rssKb) / 1024) };
}
