import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import pg from "pg";
import { testFolder } from "../../tests/support/cluster.ts";
import { runningClusterUrl, startCluster, type Cluster } from "./cluster.ts";
import { closedFolder } from "./identity.ts";
import { isAlive, SOCKET } from "./postmaster.ts";

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

suite("the embedded PostgreSQL", () => {
  const folder = testFolder();
  let cluster: Cluster;
  const start = async () => (cluster = await startCluster({ folder }));
  after(async () => {
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("is made, is durable, and closed to strangers", async () => {
    mkdirSync(join(folder, "postgres.new")); // as a first start that was killed left it
    await start();
    const settings =
      "current_setting('fsync') as fsync, current_setting('synchronous_commit') as sync";
    assert.deepEqual(await query(cluster.url, `select ${settings}`), [{ fsync: "on", sync: "on" }]);
    assert.equal(statSync(join(folder, "database.json")).mode & 0o777, 0o600);
    const url = new URL(cluster.url);
    url.password = "wrong";
    await assert.rejects(query(url.href, "select 1"), /password authentication failed/);
    url.searchParams.delete("host"); // by TCP
    await assert.rejects(query(url.href, "select 1"), /password authentication failed/);
  });

  test("its application is no superuser, and may use the extensions it needs", async () => {
    const rows = await query(cluster.url, "select rolsuper from pg_roles where rolname = user");
    assert.deepEqual(rows, [{ rolsuper: false }]);
    await query(cluster.url, "create extension if not exists pg_trgm");
  });

  test("keeps its data and its port over a stop", async () => {
    await query(cluster.url, "create table kept (id int); insert into kept values (1)");
    const { url, pid } = cluster;
    await cluster.stop();
    assert.equal(isAlive(pid), false);
    assert.equal(runningClusterUrl(folder), null);
    await start();
    assert.equal(cluster.url, url);
    assert.equal(runningClusterUrl(folder), url);
    assert.deepEqual(await query(cluster.url, "select * from kept"), [{ id: 1 }]);
  });

  test("starts again after kill -9, with what was committed", async () => {
    await query(cluster.url, "insert into kept values (2)");
    process.kill(cluster.pid, "SIGKILL");
    await start();
    assert.equal((await query(cluster.url, "select * from kept")).length, 2);
  });

  test("starts although the process id in its pid file now belongs to somebody else", async () => {
    const file = join(folder, "postgres", "postmaster.pid");
    const before = readFileSync(file, "utf8");
    const lock = join(folder, "postgres", `${SOCKET}${new URL(cluster.url).port}.lock`);
    const locked = readFileSync(lock, "utf8");
    await cluster.stop();
    for (const [path, text] of [[file, before] as const, [lock, locked] as const])
      writeFileSync(path, text.replace(/^\d+/, String(process.pid)));
    await start();
    assert.equal((await query(cluster.url, "select * from kept")).length, 2);
  });

  test("an orphan of a killed supervisor is stopped first", async () => {
    const orphan = cluster.pid;
    await start();
    assert.notEqual(cluster.pid, orphan);
    assert.equal(isAlive(orphan), false);
  });

  test("answers through its socket, and by TCP where the path is too long for one", async () => {
    const where = "select inet_server_addr()::text as address";
    assert.deepEqual(await query(cluster.url, where), [{ address: null }]);
    const long = join(folder, "long".repeat(25));
    const far = await startCluster({ folder: long, durable: false });
    try {
      assert.deepEqual(await query(far.url, where), [{ address: "127.0.0.1/32" }]);
    } finally {
      await far.stop();
    }
  });

  test("says when it ends", async () => {
    const ended = cluster.ended.then(() => "ended");
    const clock = setInterval(() => {}, 1000); // `ended` alone keeps no process alive
    process.kill(cluster.pid, "SIGKILL");
    assert.equal(await ended, "ended");
    clearInterval(clock);
  });
});

suite("as root", { skip: process.getuid?.() !== 0 && "needs root" }, () => {
  test("it runs as somebody else, also below a folder that is closed to them", async () => {
    const closed = join(tmpdir(), `posthorn-closed-${process.pid}`);
    mkdirSync(closed);
    chmodSync(closed, 0o700);
    const nobody = { uid: 65_534, gid: 65_534 };
    assert.equal(closedFolder(join(closed, "data"), nobody), closed);
    const cluster = await startCluster({ folder: join(closed, "data"), durable: false });
    try {
      const { uid } = statSync(join(closed, "data", "postgres"));
      assert.notEqual(uid, 0);
      await query(cluster.url, "select 1");
    } finally {
      await cluster.stop();
      rmSync(closed, { recursive: true });
    }
  });
});
