/** `posthorn start` as a whole: first start, later start, orderly end, and every kind of kill -9. */
import assert from "node:assert/strict";
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { testFolder } from "../support/cluster.ts";

const folder = testFolder();
const PORTS = [
  "SMTP",
  "SUBMISSIONS",
  "SUBMISSION",
  "IMAP",
  "IMAPS",
  "POP3",
  "POP3S",
  "HTTP",
  "HTTPS",
];
const env = {
  ...process.env,
  ...Object.fromEntries(PORTS.map((name) => [`${name}_PORT`, "auto"])),
  ...{ POSTHORN_DATA: folder, BIND_ADDRESS: "127.0.0.1", NODE_OPTIONS: "" },
};
const READY_MS = 60_000;

interface Running {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

async function start(): Promise<Running> {
  const child = spawn(process.execPath, ["cli/main.ts", "start"], { env });
  let output = "";
  child.stdout.on("data", (data) => (output += String(data)));
  child.stderr.on("data", (data) => (output += String(data)));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const until = Date.now() + READY_MS;
  while (!output.includes("Stop: Ctrl-C")) {
    assert.equal(child.exitCode, null, output);
    assert.ok(Date.now() < until, `not ready in time:\n${output}`);
    await delay(50);
  }
  return { process: child, output: () => output, ended };
}

async function posthorn(
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    const result = await promisify(execFile)(process.execPath, ["cli/main.ts", ...args], { env });
    return { code: 0, ...result };
  } catch (error) {
    const { code, stdout, stderr } = Object(error); // execFile's rejection carries them
    return { code: Number(code), stdout: String(stdout), stderr: String(stderr) };
  }
}

/** Processes of this installation: those that have its data folder in their environment or arguments. */
function children(): number[] {
  const { pid, children: all } = JSON.parse(readFileSync(join(folder, "lock"), "utf8"));
  return [pid, ...all.map((child: { pid: number }) => child.pid)];
}

const databasePid = () =>
  Number(readFileSync(join(folder, "postgres", "postmaster.pid"), "utf8").split("\n")[0]);

suite("posthorn start", { skip: !existsSync(".next/BUILD_ID") && "needs npm run build" }, () => {
  let running: Running;
  before(async () => {
    running = await start();
  });
  after(async () => {
    running.process.kill("SIGTERM");
    await running.ended;
    rmSync(folder, { recursive: true, force: true });
  });

  test("prints where everything is, and a link that opens the set-up page", async () => {
    const output = running.output();
    for (const name of PORTS)
      assert.match(output, new RegExp(`^  ${name.toLowerCase()} +\\d+ `, "m"));
    assert.ok(output.includes(folder));
    const link = /http:\/\/localhost:\d+\/setup\?token=\S+/.exec(output)?.[0] ?? "";
    const response = await fetch(link.replace("localhost", "127.0.0.1"));
    assert.equal(response.status, 200);
  });

  test("commands work beside it", async () => {
    const added = await posthorn("domain", "add", "example.test", "--json");
    assert.equal(added.code, 0, added.stderr);
    const again = await posthorn("domain", "add", "example.test");
    assert.equal(again.code, 1);
    assert.match(again.stderr, /already here/);
    const records = await posthorn("domain", "records", "example.test");
    assert.match(records.stdout, /DKIM1/);
    const doctor = await posthorn("doctor", "--json");
    const { findings } = JSON.parse(doctor.stdout);
    assert.ok(findings.some((found: { subject: string }) => found.subject === "Engine"));
  });

  test("a second start in the same folder is refused and says who is there", async () => {
    const second = await posthorn("start");
    assert.equal(second.code, 1);
    assert.match(second.stderr, new RegExp(`already runs.*process ${running.process.pid}`));
  });

  test("SIGTERM ends all of it, the database last; the next start keeps what was there", async () => {
    const pids = [...children(), databasePid()];
    running.process.kill("SIGTERM");
    assert.equal(await running.ended, 0);
    assert.deepEqual(pids.filter(isAlive), []);
    const began = Date.now();
    running = await start();
    console.log(`later start: ready after ${Date.now() - began} ms`);
    const list = await posthorn("domain", "list", "--json");
    assert.match(list.stdout, /example\.test/);
  });

  test("kill -9 of web or engine: they are started again", async () => {
    const [, web = 0, engine = 0] = children();
    process.kill(web, "SIGKILL");
    process.kill(engine, "SIGKILL");
    for (let i = 0; i < 200 && children().some((pid) => [web, engine].includes(pid)); i++) {
      await delay(50);
    }
    assert.equal(children().filter(isAlive).length, 3);
  });

  test("kill -9 of the supervisor: the next start just works", async () => {
    running.process.kill("SIGKILL");
    await running.ended;
    running = await start();
  });

  test("kill -9 of everything, the database too: the next start just works", async () => {
    for (const pid of [...children(), databasePid()]) process.kill(pid, "SIGKILL");
    await running.ended;
    running = await start();
    const list = await posthorn("domain", "list", "--json");
    assert.match(list.stdout, /example\.test/);
  });
});

test("wrong settings are one table and exit code 78", async () => {
  const failed = await promisify(execFile)(process.execPath, ["cli/main.ts", "start"], {
    env: { ...env, SMTP_PORT: "x", LOG_LEVEL: "loud" },
  }).catch((error: unknown) => Object(error));
  assert.equal(failed.code, 78);
  assert.match(failed.stderr, /SMTP_PORT +x +must be a port/);
  assert.match(failed.stderr, /LOG_LEVEL/);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
