/** What the migration says beside the tables: triggers, partitions, checks, storage of bytes. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { storageFixture } from "../../tests/support/storage.ts";
import { newId } from "../mail/ids.ts";
import { listTrace } from "./events.ts";

const fixture = await storageFixture();
const { pool, prisma, store } = fixture;
after(() => fixture.close());

const refused = (sql: string, code: string) =>
  assert.rejects(
    pool.query(sql),
    (error: unknown) => Reflect.get(Object(error), "code") === code,
    sql,
  );

test("every connection commits synchronously", async () => {
  const { rows } = await pool.query("SHOW synchronous_commit");
  assert.deepEqual(rows, [{ synchronous_commit: "on" }]);
});

test("the audit trail is added to and nothing else", async () => {
  const data = { actor: "cli", actorName: "cli", action: "test", subject: "x" };
  await prisma.auditEntry.create({ data });
  await refused("UPDATE audit_entry SET action = 'other'", "23001");
  await refused("DELETE FROM audit_entry", "23001");
  await refused("TRUNCATE audit_entry", "23001");
});

test("rows that make no sense are refused", async () => {
  const { id: userId } = await prisma.user.create({
    data: { email: "a@b.test", name: "A", passwordHash: "" },
  });
  const grant = `INSERT INTO "grant" (id, user_id, role) VALUES (gen_random_uuid(), '${userId}'`;
  await refused(`${grant}, 'domain_admin')`, "23514");
  await pool.query(`${grant}, 'operator')`);
  await refused(`${grant}, 'operator')`, "23505"); // no domain is one value
  await refused("INSERT INTO session (id, expires_at) VALUES (gen_random_uuid(), now())", "23514");
});

test("a limit on messages is a number above none; what is kept cannot be below none", async () => {
  await fixture.mailbox("limited", 1000, 5);
  for (const wrong of ["quota_messages = 0", "quota_messages = -1", "used_messages = -1"]) {
    await refused(`UPDATE mailbox SET ${wrong}`, "23514");
  }
  await pool.query("UPDATE mailbox SET quota_messages = NULL");
});

test("everybody has one entry in the rights of a folder, as every account has", async () => {
  const { rows } = await pool.query<{ definition: string }>(
    `SELECT indexdef AS definition FROM pg_indexes
     WHERE indexname = 'folder_acl_folder_id_grantee_id_negative_key'`,
  );
  assert.match(rows[0]?.definition ?? "", /UNIQUE.*NULLS NOT DISTINCT/);
});

test("events land in the partition of their day; without one they wait in the default", async () => {
  const traceId = newId();
  const dayAfter = new Date(Date.now() + 10 * 86_400_000);
  const event = (at: Date) => ({ id: newId(), at, kind: "message.accepted", traceId }) as const;
  store.record([event(new Date()), event(dayAfter)]);
  const places = async () => {
    const { rows } = await pool.query<{ place: string }>(
      "SELECT tableoid::regclass::text AS place FROM mail_event WHERE trace_id = $1 ORDER BY at",
      [traceId],
    );
    return rows.map((row) => row.place.replace("partitions.", ""));
  };
  while ((await places()).length < 2) await new Promise((done) => setTimeout(done, 20));
  const name = (at: Date) => `mail_event_${at.toISOString().slice(0, 10).replaceAll("-", "")}`;
  assert.deepEqual(await places(), [name(new Date()), "mail_event_default"]);
  await Promise.all([1, 2].map(() => pool.query("SELECT ensure_mail_event_partitions(11)")));
  assert.deepEqual(await places(), [name(new Date()), name(dayAfter)]);
  assert.equal((await listTrace(pool, traceId)).length, 2);
  await pool.query("SELECT drop_mail_event_partitions($1)", [
    new Date(Date.now() + 5 * 86_400_000),
  ]);
  assert.deepEqual(await places(), [name(dayAfter)]);
});

test("bytes are stored uncompressed, so that a slice is read without the rest", async () => {
  const { rows } = await pool.query(
    `SELECT attname, attstorage FROM pg_attribute
     WHERE (attrelid, attname) IN (('blob'::regclass, 'head'), ('blob_chunk'::regclass, 'data'))`,
  );
  assert.ok(rows.length === 2 && rows.every((row) => row.attstorage === "e"));
});
