import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { PASSWORD, startTestEngine } from "../support/engine.ts";
import { missing } from "../support/tools.ts";
import { lastMessage, queueOf } from "../smtp/world.ts";

const run = promisify(execFile);
const skip = missing("swaks");
const engine = await startTestEngine({ mailboxes: ["ann@posthorn.test", "bob@posthorn.test"] });
after(() => engine.stop());

/** Its whole transcript; rejects when swaks says that the transaction failed. */
async function swaks(port: number, ...args: string[]): Promise<string> {
  const fixed = ["--server", "127.0.0.1", "--port", String(port), "--helo", "client.example"];
  const { stdout } = await run("swaks", [...fixed, ...args], { timeout: 20_000 });
  return stdout;
}

test("swaks delivers to port 25 in clear and after STARTTLS", { skip }, async () => {
  const mail = ["--from", "x@sender.example", "--to", "ann@posthorn.test"];
  await swaks(engine.ports.smtp, ...mail, "--header", "Subject: in clear", "--pipeline");
  assert.match(await lastMessage(engine, "ann@posthorn.test"), /^Subject: in clear\r$/m);
  await swaks(engine.ports.smtp, ...mail, "--header", "Subject: under TLS", "--tls");
  const message = await lastMessage(engine, "ann@posthorn.test");
  assert.match(message, /^Subject: under TLS\r$/m);
  assert.match(message, /with ESMTPS\s+\(TLSv1\.3\)/);
});

test("swaks submits with PLAIN and LOGIN, by STARTTLS and by TLS", { skip }, async () => {
  const mail = ["--from", "ann@posthorn.test", "--to", "bob@posthorn.test,x@far.example"];
  const user = ["--auth-user", "ann@posthorn.test", "--auth-password", PASSWORD];
  await swaks(engine.ports.submission, ...mail, ...user, "--tls", "--auth", "PLAIN");
  await swaks(engine.ports.submissions, ...mail, ...user, "--tlsc", "--auth", "LOGIN");
  assert.match(await lastMessage(engine, "bob@posthorn.test"), /with ESMTPSA/);
  assert.deepEqual(
    (await queueOf(engine)).map(({ address }) => address),
    ["x@far.example", "x@far.example"],
  );
});

test("swaks is refused where it must be", { skip }, async () => {
  const refused = async (pattern: RegExp, port: number, ...args: string[]) =>
    assert.rejects(swaks(port, ...args), ({ stdout }: { stdout: string }) => pattern.test(stdout));
  const { smtp, submission } = engine.ports;
  const to = ["--from", "x@sender.example", "--to"];
  await refused(/550 5\.7\.1 Relaying denied/, smtp, ...to, "x@far.example");
  await refused(/550 5\.1\.1 /, smtp, ...to, "nobody@posthorn.test");
  await refused(/530 5\.7\.0 /, submission, ...to, "ann@posthorn.test", "--tls");
  const wrong = ["--auth-user", "ann@posthorn.test", "--auth-password", "wrong", "--tls"];
  await refused(
    /535 5\.7\.8 /,
    submission,
    ...to,
    "ann@posthorn.test",
    ...wrong,
    "--auth",
    "PLAIN",
  );
});
