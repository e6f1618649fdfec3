/** `posthorn domain verify` beside a running engine: what it prints, and what its exit code says. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { after, test } from "node:test";
import { cliActor } from "../../lib/service/actor.ts";
import { acceptDeviation, getDomainChecks } from "../../lib/service/dns-checks.ts";
import { testFolder } from "../support/cluster.ts";
import { DOMAIN, startWatchWorld } from "./world.ts";

const world = await startWatchWorld();
after(() => world.stop());
const { engine } = world;
const { services } = engine;
const BIN = join(import.meta.dirname, "../../bin/posthorn");
const data = testFolder();

function verify(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const env = { DATABASE_URL: engine.databaseUrl, POSTHORN_DATA: data, NODE_OPTIONS: "" };
  const child = spawn(BIN, ["domain", "verify", ...args], { env: { ...process.env, ...env } });
  const output = { out: "", err: "" };
  child.stdout.on("data", (chunk) => (output.out += String(chunk)));
  child.stderr.on("data", (chunk) => (output.err += String(chunk)));
  child.stdin.end();
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, ...output })));
}

/** Ten seconds between two looks that are asked for: not in a test. */
const forget = () => services.prisma.$executeRaw`UPDATE dns_watch SET asked_at = NULL`;

test("work to do: exit 1, the sentence and the smallest change", async () => {
  const { code, out } = await verify(DOMAIN);
  assert.equal(code, 1, out);
  assert.match(out, /waiting +MX +ours\.example +Mail exchange \(MX\)/);
  assert.match(out, /add at ours\.example MX: 10 mx\.posthorn\.test/);
});

test("what is right, or accepted by a person, is exit 0; JSON has each check with its fix", async () => {
  await world.publish();
  await forget();
  const first = await verify(DOMAIN, "--format", "json");
  const answer = JSON.parse(first.out);
  const mx = answer.checks.find(({ key }: { key: string }) => key === "mx");
  assert.deepEqual([mx.verdict, mx.found, mx.fix], ["ok", ["10 mx.posthorn.test"], null]);
  // Nobody listens on this world's port 25 and 443: a person says that this is so on purpose.
  const view = await getDomainChecks(services, cliActor, DOMAIN);
  for (const { key, verdict } of view?.checks ?? [])
    if (["different", "missing", "conflict", "waiting"].includes(verdict))
      await acceptDeviation(services, cliActor, { subject: DOMAIN, key, note: "a test" });
  await forget();
  const second = await verify(DOMAIN, "--format", "json");
  assert.equal(second.code, 0, second.out);
  assert.equal(JSON.parse(second.out).result, "right");
});

test("servers that are silent: exit 2, could not check", async () => {
  for (const name of ["one", "two"]) world.authorities.one(name).mood = "servfail";
  world.resolver.failures.set(DOMAIN, "servfail");
  await forget();
  assert.equal((await verify(DOMAIN)).code, 2);
});

test("nonsense is refused, and without an engine nothing is claimed", async () => {
  assert.equal((await verify("nowhere.example")).code, 1);
  assert.equal((await verify(DOMAIN, "--format", "xml")).code, 2);
  await forget();
  await engine.engine.stop();
  const { code, err } = await verify(DOMAIN, "--wait", "1s");
  assert.equal(code, 2);
  assert.match(err, /nobody looked within 1 seconds/);
});
