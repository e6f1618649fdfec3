/** Reachable, up to date, engines that report, certificates that last. */
import pg from "pg";
import { endsSoon } from "../../lib/mail/acme/schedule.ts";
import type { Settings } from "../../lib/settings/settings.ts";
import { migrationState } from "../../lib/storage/migrate.ts";
import { withDatabase } from "../database.ts";
import { messageOf, ok, trouble, type Finding } from "./finding.ts";

const DAY_MS = 86_400_000;
/** Three heartbeats (engine/heartbeat.ts). */
const SILENT_AFTER_S = 30;
/** More would fail SCRAM's and TLS's idea of now on one of the two machines. */
const MAX_SKEW_MS = 5_000;

/** `running` is the address of a database that stands; null: the embedded one is started for this. */
export async function checkDatabase(
  settings: Settings,
  running: string | null,
): Promise<Finding[]> {
  try {
    if (running !== null) return await look(running);
    const stopped = ok("Posthorn", "does not run now; the database was started for this check");
    return [stopped, ...(await withDatabase(settings, look)).filter(isAboutData)];
  } catch (error) {
    return [
      trouble("wrong", {
        subject: "Database",
        text: `cannot be reached: ${messageOf(error)}`,
        remedy: settings.databaseUrl
          ? "is the server of DATABASE_URL up, and does it let this machine in?"
          : `see ${settings.dataFolder}/logs/postgres.log`,
      }),
    ];
  }
}

/** Nobody reports while nothing runs. */
const isAboutData = ({ subject }: Finding) => subject !== "Engine";

async function look(url: string): Promise<Finding[]> {
  const state = await migrationState(url);
  const { pending, unknown, changed } = state;
  if (unknown.length > 0 || pending.length > 0) return [outdated(pending, unknown)];
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const edited = changed.length > 0 ? [editedMigrations(changed)] : [];
    return [
      await checkServer(client),
      ...edited,
      ...(await checkEngines(client)),
      ...(await checkCertificates(client)),
    ];
  } finally {
    await client.end();
  }
}

function outdated(pending: readonly string[], unknown: readonly string[]): Finding {
  const subject = "Database";
  if (unknown.length > 0) {
    const text = `made by a newer Posthorn (${unknown.join(", ")})`;
    return trouble("wrong", { subject, text, remedy: "start that version, or restore a backup" });
  }
  const text = `${pending.length} migration(s) are not applied`;
  return trouble("wrong", { subject, text, remedy: "posthorn migrate" });
}

function editedMigrations(changed: readonly string[]): Finding {
  return trouble("warning", {
    subject: "Migrations",
    text: `changed after they were applied: ${changed.join(", ")}`,
    remedy: "a released migration is never edited: is this clone as published?",
  });
}

async function checkServer(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<{ version: string; sync: string; now: Date }>(
    `select current_setting('server_version') as version, current_setting('fsync') as sync,
            clock_timestamp() as now`,
  );
  const { version = "?", sync, now } = rows[0] ?? {};
  if (sync !== "on") {
    return trouble("wrong", {
      subject: "Database",
      text: "does not wait for its disk (fsync is off): a crash loses mail that was accepted",
      remedy: "set fsync = on in postgresql.conf and restart PostgreSQL",
    });
  }
  const skew = Math.abs(Date.now() - (now?.getTime() ?? 0));
  if (skew > MAX_SKEW_MS) {
    return trouble("wrong", {
      subject: "Clock",
      text: `this machine and the database differ by ${Math.round(skew / 1000)} s`,
      remedy: "let both follow a time server (systemd-timesyncd, chrony)",
    });
  }
  return ok("Database", `PostgreSQL ${version}, up to date`);
}

async function checkEngines(client: pg.Client): Promise<Finding[]> {
  const { rows } = await client.query<{ host: string; pid: number; age: number }>(
    `select host, pid, extract(epoch from now() - seen_at)::float8 as age
     from engine_heartbeat order by seen_at desc limit 20`,
  );
  const alive = rows.filter(({ age }) => age < SILENT_AFTER_S);
  if (alive.length > 0) {
    return alive.map(({ host, pid }) => ok("Engine", `reports from ${host}, process ${pid}`));
  }
  const last = rows[0] ? `last heard ${Math.round(rows[0].age)} s ago` : "none has ever reported";
  const remedy = "posthorn start, or posthorn engine; then see its log";
  return [trouble("wrong", { subject: "Engine", text: last, remedy })];
}

async function checkCertificates(client: pg.Client): Promise<Finding[]> {
  const { rows } = await client.query<{
    names: string[];
    not_before: Date;
    not_after: Date;
    source: string;
  }>("select names, not_before, not_after, source from certificate order by not_after");
  return rows.map(({ names, not_before: notBefore, not_after: end, source }) => {
    const subject = "Certificate";
    const days = Math.floor((end.getTime() - Date.now()) / DAY_MS);
    const what = `${names.join(", ")} (${source})`;
    if (!endsSoon({ notBefore, notAfter: end }, new Date()))
      return ok(subject, `${what}: ${days} days left`);
    const text = days < 0 ? `${what} has expired` : `${what}: ${days} days left`;
    const remedy =
      source === "acme"
        ? "it should have been renewed: posthorn certificate list says why it was not"
        : "renew it; clients refuse the server when it has ended";
    return trouble(days < 0 ? "wrong" : "warning", { subject, text, remedy });
  });
}
