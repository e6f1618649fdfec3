/**
 * Debian's Dovecot on loopback, for comparison: configuration, mail, log and ports of its own, nothing of
 * the machine's. Its settings are Debian's, but for what a fair race needs: sdbox (Dovecot's own format for
 * one file per message), every change on disk before its OK (`mail_fsync = always`), and room for as many
 * connections as are opened. Its master wants root, because it drops privileges itself.
 *
 * Its log-in is given its best: the fast bcrypt that `doveadm pw` makes, and no processes to be made first
 * where Dovecot has a setting for that (`service_count`, the "high-performance mode" of its manual).
 */
import { execFile, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { selfSigned } from "../../lib/mail/self-signed.ts";
import { freePort } from "../../tests/support/free-port.ts";
import { findProgram } from "../../tests/support/tools.ts";
import { BenchClient, type Login } from "./client.ts";
import { familyOf } from "./memory.ts";
import type { Server } from "./server.ts";

const run = promisify(execFile);
const START_MS = 15_000;
const SETTLE_MS = 3_000;

export async function startDovecot(login: Login): Promise<Server> {
  const program = findProgram("dovecot");
  if (program === null) throw new Error("This bench needs dovecot: apt-get install dovecot-imapd");
  if (process.getuid?.() !== 0) throw new Error("This bench needs root: Dovecot starts as root");
  const home = mkdtempSync(join(tmpdir(), "posthorn-bench-dovecot-"));
  chmodSync(home, 0o755);
  const [imap, imaps] = [await freePort(), await freePort()];
  for (const name of ["run", "state", "mail"]) mkdirSync(join(home, name));
  await run("chown", ["mail:mail", join(home, "mail")]);
  const { certPem, keyPem } = await selfSigned(["mx.posthorn.test"]);
  writeFileSync(join(home, "tls.pem"), `${certPem}\n${keyPem}`, { mode: 0o600 });
  const { stdout } = await run("doveadm", ["pw", "-s", "BLF-CRYPT", "-p", login.password]);
  writeFileSync(join(home, "users"), `${login.user}:${stdout.trim()}\n`, { mode: 0o644 });
  writeFileSync(join(home, "dovecot.conf"), configuration({ home, imap, imaps }));
  const child = spawn(program, ["-F", "-c", join(home, "dovecot.conf")], { stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await listening(imap);
  return {
    name: "Dovecot",
    imap,
    imaps,
    processes: () => familyOf(child.pid ?? 0),
    settle: () => new Promise((done) => setTimeout(done, SETTLE_MS)),
    log: () => readFileSync(join(home, "log"), "utf8"),
    async stop() {
      child.kill("SIGTERM");
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** It says nothing when it is ready. */
async function listening(port: number): Promise<void> {
  const until = performance.now() + START_MS;
  for (;;) {
    const client = await BenchClient.open(port).catch(() => null);
    if (client !== null) return client.close();
    if (performance.now() > until) throw new Error("Dovecot did not start");
    await new Promise((done) => setTimeout(done, 100));
  }
}

const configuration = ({ home, imap, imaps }: { home: string; imap: number; imaps: number }) => `
protocols = imap
listen = 127.0.0.1
base_dir = ${home}/run
state_dir = ${home}/state
log_path = ${home}/log
auth_mechanisms = plain login
disable_plaintext_auth = no
ssl = yes
ssl_cert = <${home}/tls.pem
ssl_key = <${home}/tls.pem
passdb {
  driver = passwd-file
  args = ${home}/users
}
userdb {
  driver = static
  args = uid=mail gid=mail home=${home}/mail/%u
}
first_valid_uid = 1
first_valid_gid = 1
mail_location = sdbox:~/dbox
mail_fsync = always
mail_max_userip_connections = 0
default_client_limit = 12000
default_vsz_limit = 2G
service imap-login {
  service_count = 0
  process_min_avail = 2
  process_limit = 4000
  inet_listener imap {
    port = ${imap}
  }
  inet_listener imaps {
    port = ${imaps}
  }
}
service imap {
  process_limit = 4000
  process_min_avail = 2
}
service anvil {
  client_limit = 12000
}
service auth {
  client_limit = 12000
}
`;
