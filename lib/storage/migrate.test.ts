import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, suite, test } from "node:test";
import { promisify } from "node:util";
import pg from "pg";
import { emptyDatabase } from "../../tests/support/database.ts";
import { MIGRATIONS, MigrationFailure, migrate, migrationState } from "./migrate.ts";

const folder = mkdtempSync(join(tmpdir(), "posthorn-migrations-"));
after(() => rmSync(folder, { recursive: true }));

function write(name: string, sql: string): void {
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, "migration.sql"), sql);
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const tables = (url: string) =>
  query(url, "select relname from pg_class where relname in ('one', 'two') order by 1");

suite("migrations", () => {
  let url: string;
  beforeEach(async () => {
    ({ url } = await emptyDatabase());
    rmSync(folder, { recursive: true });
    write("1_one", "create table one (id int); insert into one values (1);");
    write("2_two", "create table two (id int);");
  });

  test("are applied in order, once", async () => {
    assert.deepEqual((await migrate(url, folder)).pending, ["1_one", "2_two"]);
    assert.deepEqual((await migrate(url, folder)).pending, []);
    assert.deepEqual(await query(url, "select id from one"), [{ id: 1 }]);
  });

  test("by several processes at once: one does it, the others wait", async () => {
    const states = await Promise.all([1, 2, 3].map(() => migrate(url, folder)));
    assert.deepEqual(states.map(({ pending }) => pending.length).sort(), [0, 0, 2]);
  });

  test("that fail change nothing, keep those before them, and go on when mended", async () => {
    write("2_two", "create table two (id int); insert into two values ('x');");
    await assert.rejects(migrate(url, folder), /2_two failed and changed nothing: invalid input/);
    assert.deepEqual(await tables(url), [{ relname: "one" }]);
    write("2_two", "create table two (id int);");
    assert.deepEqual((await migrate(url, folder)).pending, ["2_two"]);
  });

  test("begun and never finished are done again", async () => {
    await migrate(url, folder);
    await query(url, "drop table two");
    await query(
      url,
      "update _prisma_migrations set finished_at = null where migration_name = '2_two'",
    );
    assert.deepEqual((await migrationState(url, folder)).unfinished, ["2_two"]);
    await migrate(url, folder);
    assert.equal((await tables(url)).length, 2);
    assert.deepEqual((await migrationState(url, folder)).pending, []);
  });

  test("whose tables are there already are refused, with the remedy", async () => {
    await query(url, "create table one (id text)");
    await assert.rejects(migrate(url, folder), /no migration made: use an empty database/);
  });

  test("of a newer version are refused, changed ones are told", async () => {
    await migrate(url, folder);
    write("2_two", "create table two (id bigint);");
    assert.deepEqual((await migrate(url, folder)).changed, ["2_two"]);
    rmSync(join(folder, "2_two"), { recursive: true });
    await assert.rejects(migrate(url, folder), (error) => {
      assert.ok(error instanceof MigrationFailure);
      assert.match(error.message, /does not know \(2_two\): a newer Posthorn/);
      return true;
    });
  });

  test("of the tree: who had messages has them counted", async () => {
    rmSync(folder, { recursive: true });
    cpSync(MIGRATIONS, folder, { recursive: true });
    for (const name of readdirSync(folder)) {
      if (name >= "20261127061130") rmSync(join(folder, name), { recursive: true });
    }
    await migrate(url, folder);
    await query(
      url,
      `with d as (insert into domain (id, name, mta_sts_id) values (gen_random_uuid(), 'a.test', '1') returning id),
         m as (insert into mailbox (id, domain_id, local_part, password_hash, scram_sha256)
           select gen_random_uuid(), id, name, '', '' from d, unnest('{ann,bob}'::text[]) as name
           returning id, local_part)
       insert into folder (mailbox_id, name, uid_validity, messages)
       select id, f.name, f.at, f.at from m, (values ('INBOX', 3), ('Junk', 4)) as f(name, at)
       where local_part = 'ann'`,
    );
    await migrate(url);
    assert.deepEqual(
      await query(
        url,
        `select local_part, used_messages, quota_messages from mailbox order by local_part`,
      ),
      [
        { local_part: "ann", used_messages: 7, quota_messages: null },
        { local_part: "bob", used_messages: 0, quota_messages: null },
      ],
    );
  });

  test("of the tree: Prisma's CLI finds nothing left to do", async () => {
    await migrate(url);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["scripts/prisma.mjs", "migrate", "status"],
      { env: { ...process.env, DATABASE_URL: url } },
    );
    assert.match(stdout, /Database schema is up to date/);
  });

  test("and schema.prisma say the same", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ["scripts/prisma.mjs", "diff"], {
      env: { ...process.env, DATABASE_URL: url },
    }); // rejects on exit 2: they differ
    assert.match(stdout, /No difference detected/);
  });
});
